package pluginhost

import (
	"errors"
	"fmt"
	"io/fs"
)

// ErrNotStarted means that no process was started, because of the appliance or of the installed
// files: it says nothing about the plugin's behavior.
var ErrNotStarted = errors.New("the plugin was not started")

// notStarted is an error that matches [ErrNotStarted].
type notStarted struct{ error }

func (n notStarted) Unwrap() error { return n.error }

// Is reports whether target is [ErrNotStarted].
func (notStarted) Is(target error) bool { return target == ErrNotStarted }

// notExecutable reports that the kernel refused to execute the installed file. The kernel's own
// message names only the descriptor, not the file.
func notExecutable(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the plugin cannot be executed: %w; it must be a program built for this machine, not a script",
		err)
}
