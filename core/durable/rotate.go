package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Rotate makes the file at path its own predecessor, path.1, when more bytes would make it longer than most; what was
// path.1 becomes path.2, and so on up to keep, which is at least 1, and the oldest is gone then. The caller holds the
// lock of path. A crash in between leaves a gap in the numbers, and no file twice; afterwards there may be no file at
// path, and the next line begins a new one.
func Rotate(disk Disk, path string, more, most int64, keep int) error {
	info, err := disk.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Size()+more < most {
		return nil
	}
	for n := keep; n > 0; n-- {
		if err := Move(disk, Predecessor(path, n-1), Predecessor(path, n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Predecessor is where the nth of a rotated file is: beside it, path.n; the file itself for 0.
func Predecessor(path string, n int) string {
	path = filepath.Clean(path)
	if n == 0 {
		return path
	}
	return fmt.Sprintf("%s.%d", path, n)
}
