package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Rotate renames the file at path to path.1 if more bytes would make it longer than most. The
// former path.1 becomes path.2, and so on up to keep, which must be at least 1; the oldest file is
// removed. The caller must hold the lock of path. A crash in between leaves a gap in the numbers,
// and no file twice. Afterwards there may be no file at path, and the next line begins a new one.
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
		if err := Move(disk, Predecessor(path, n-1), Predecessor(path, n)); err != nil &&
			!errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Predecessor returns the path of the nth rotated file, path.n in the same folder; for 0, the file
// itself.
func Predecessor(path string, n int) string {
	path = filepath.Clean(path)
	if n == 0 {
		return path
	}
	return fmt.Sprintf("%s.%d", path, n)
}
