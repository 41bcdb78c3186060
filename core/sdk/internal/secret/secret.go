// Package secret reads the small files in which an administrator keeps how a plugin logs in to a
// source.
package secret

import (
	"errors"
	"io"
	"os"
	"syscall"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/internal/plaintext"
)

const maxFile = 4 << 10

// Read returns the content of the file, in UTF-8 with lines that end with \n, however an editor wrote
// it. It checks and reads one descriptor, so that the file that was checked is the file that is read.
// A pipe in its place is refused, and not waited for, nor is a server that is gone: then the error is
// a [lookup.Late]. The errors name neither the file nor what is in it.
func Read(path string) (string, error) {
	if path == "" {
		return "", errors.New("it is missing")
	}
	return lookup.Do(func() (string, error) { return read(path) })
}

func read(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", errors.Unwrap(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", errors.Unwrap(err)
	case !info.Mode().IsRegular():
		return "", errors.New("it is not a file")
	case info.Mode().Perm()&0o006 != 0:
		return "", errors.New("the file can be read or changed by any user")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", errors.Unwrap(err)
	}
	if len(text) > maxFile {
		return "", errors.New("the file is too large")
	}
	return string(plaintext.Decode(text)), nil
}
