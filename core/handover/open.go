package handover

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/usage"
)

// Open opens an export or a receipt that a person names. It refuses anything but a file, so that it
// never waits for a pipe. The error has a hint.
func Open(path string) (io.ReadCloser, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, explain(path, err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = regular.ErrNotRegular
	}
	if err != nil {
		f.Close()
		return nil, explain(path, err)
	}
	return f, nil
}

func explain(path string, err error) error {
	hint := "name a file that can be read"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err, hint = fs.ErrNotExist, "check the path"
	case errors.Is(err, fs.ErrPermission):
		err, hint = fs.ErrPermission, "run the command as root, or let this user read the file"
	case errors.Is(err, regular.ErrNotRegular):
		hint = "name a file, not a folder or a pipe"
	}
	return usage.WithHint(fmt.Errorf("read %s: %w", path, err), hint)
}
