package pluginhost

import (
	"errors"
	"fmt"
	"io/fs"
)

// ErrNotBegun says that no process was started, because of the appliance or of what is installed: it tells nothing of
// how the plugin behaves.
var ErrNotBegun = errors.New("the plugin was not started")

// notBegun is such an error.
type notBegun struct{ error }

func (n notBegun) Unwrap() error { return n.error }

// Is makes it ErrNotBegun.
func (notBegun) Is(target error) bool { return target == ErrNotBegun }

// unexecutable says that the kernel would not execute what is installed. Its own word names no file but the descriptor.
func unexecutable(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the plugin can't be executed: %w: it must be one program for this machine, not a script", err)
}
