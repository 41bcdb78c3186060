package pluginhost

import "errors"

// ErrNotBegun says that no process was started, because of the appliance or of what is installed: it tells nothing of how
// the plugin behaves.
var ErrNotBegun = errors.New("the plugin was not started")

// notBegun is such an error.
type notBegun struct{ error }

func (n notBegun) Unwrap() error { return n.error }

// Is makes it ErrNotBegun.
func (notBegun) Is(target error) bool { return target == ErrNotBegun }
