package pluginhost

import (
	"errors"
	"fmt"
	"io/fs"
)

// ErrNotBegun means that no process was started, because of the appliance or of the installed
// files: it says nothing about the plugin's behavior.
var ErrNotBegun = errors.New("the plugin was not started")

// notBegun is an error that matches [ErrNotBegun].
type notBegun struct{ error }

func (n notBegun) Unwrap() error { return n.error }

// Is reports whether target is [ErrNotBegun].
func (notBegun) Is(target error) bool { return target == ErrNotBegun }

// unexecutable reports that the kernel refused to execute the installed file. The kernel's own
// message names only the descriptor, not the file.
func unexecutable(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the plugin can't be executed: %w: it must be one program for this machine, not a script", err)
}
