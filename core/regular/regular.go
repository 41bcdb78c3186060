// Package regular reads small files that others have written. A named pipe cannot block it, and an
// endless file cannot fill the memory.
package regular

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// ErrNotRegular and ErrTooLong are returned if the path leads to a folder, a pipe or a device, or
// if the file is longer than the caller allows.
var (
	ErrNotRegular = errors.New("not a regular file")
	ErrTooLong    = errors.New("file is too long")
)

// Read returns the content of the file at path, which may be a symbolic link.
func Read(path string, most int64) ([]byte, error) {
	text, _, err := ReadStat(path, most)
	return text, err
}

// ReadStat is [Read], and also returns the file's info.
func ReadStat(path string, most int64) ([]byte, fs.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: err}
	}
	// The size in info is not used, because files below /proc report that they are empty.
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		err = &fs.PathError{Op: "read", Path: path, Err: ErrTooLong}
	}
	return text, info, err
}
