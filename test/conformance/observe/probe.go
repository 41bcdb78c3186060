package observe

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
)

// prober is argument 0 of the program that [Probe] observes.
const prober = "probe of an observed program"

// Probe returns an error if this machine does not let the calling program observe another one: a
// kernel without the notification, a container that refuses it, or no right to read the memory of a
// child. The calling program must call [Launch] first.
func Probe() error {
	cmd := &exec.Cmd{Path: "/proc/self/exe", Args: []string{prober}}
	watch, err := Start(cmd, nil)
	if err != nil {
		return err
	}
	err = errors.Join(cmd.Wait(), watch.Close())
	if err == nil && !slices.ContainsFunc(watch.Acts(), func(a Act) bool { return a.Object == os.DevNull }) {
		err = fmt.Errorf("%w: its arguments cannot be read", errUnavailable)
	}
	return err
}

// probed makes one call that is observed, and exits.
func probed() {
	file, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		os.Exit(notExecuted)
	}
	os.Exit(0)
}
