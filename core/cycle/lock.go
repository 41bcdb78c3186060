package cycle

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"polycom.com/usagedata/core/usage"
)

// ErrBusy says that another process does the same for this appliance now.
var ErrBusy = errors.New("it is under way already")

// lock keeps two cycles of one appliance apart, `send` beside `run` for example. The kernel drops it when the process
// ends, however it ends.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		return nil, usage.WithHint(fmt.Errorf("%w, by process %s", ErrBusy, holder(f)), "a cycle takes seconds: try again then; of the service only one can run")
	}
	if err := errors.Join(f.Truncate(0), write(f)); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock: %w", err)
	}
	return func() { f.Close() }, nil
}

func write(f *os.File) error {
	_, err := fmt.Fprintf(f, "%d\n", os.Getpid())
	return err
}

func holder(f *os.File) string {
	text := make([]byte, 16)
	n, _ := f.ReadAt(text, 0)
	return strings.TrimSpace(string(text[:n]))
}
