// Package secret reads the small files in which an administrator stores a plugin's credentials for
// a source.
package secret

import (
	"errors"
	"io"
	"os"
	"syscall"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/plaintext"
)

const maxFile = 4 << 10

// Read returns the content of the file in UTF-8, with lines that end with \n, whichever editor
// wrote it. It checks and reads one file descriptor, so that the file it checked is the file it
// reads. It refuses a pipe without waiting for it. Nor does it wait for a file server that is gone:
// the error is then a [lookup.TimeoutError]. The errors contain neither the name of the file nor
// its content.
func Read(path string) (string, error) {
	if path == "" {
		return "", errors.New("no file is given")
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
		return "", errors.New("not a regular file")
	case info.Mode().Perm()&0o006 != 0:
		return "", errors.New("any user can read or change the file")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", errors.Unwrap(err)
	}
	if len(text) > maxFile {
		return "", errors.New("the file is too long")
	}
	return string(plaintext.Decode(text)), nil
}
