package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/usage"
)

// This file reads the files that the configuration names. One may be on a server that is gone. A
// read waits for it at most [lookup.Limit] (SEND-5); then the error is a [lookup.TimeoutError].

func readFile(path string, most int64) ([]byte, error) {
	return inTime(path, func() ([]byte, error) { return regular.Read(path, most) })
}

func inTime[T any](path string, ask func() (T, error)) (T, error) {
	answer, err := lookup.Do(ask)
	if errors.Is(err, lookup.TimeoutError{}) {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return answer, err
}

func checkReadable(path string) error {
	_, err := openFile(path)
	return err
}

// checkSecret refuses a file that everyone may read or that users other than its owner may write:
// such a user could know the product's password, or choose it.
func checkSecret(path string) error {
	info, err := openFile(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o026 != 0 {
		return usage.WithHint(fmt.Errorf("%s can be read or changed by others", path), "chmod 0640 "+path)
	}
	return nil
}

// openFile opens the file once, so that a problem is found now and not in the cycle.
func openFile(path string) (fs.FileInfo, error) {
	if !filepath.IsAbs(path) {
		return nil, fmt.Errorf(notAbsolute, path)
	}
	return inTime(path, func() (fs.FileInfo, error) { return statPlain(path) })
}

func statPlain(path string) (fs.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe is refused without waiting for it
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file", path)
	}
	return info, err
}
