package durable

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Append adds one line to the file at path, creating the file if it is missing, and returns when
// the line is on the disk. It adds the line break, which must not be in line.
//
// A crash or a full disk may leave the beginning of the line at the end of the file. The next
// Append ends such a line before it adds its own, so a torn record never damages the one after it.
func Append(disk Disk, path string, line []byte, mode fs.FileMode) error {
	if err := appendLine(disk, path, line, mode); err != nil {
		return fmt.Errorf("append to %s: %w", path, err)
	}
	return nil
}

func appendLine(disk Disk, path string, line []byte, mode fs.FileMode) error {
	f, err := openLocked(disk, path, os.O_RDWR|os.O_APPEND, time.Now().Add(lockTimeoutOn(disk)))
	if err != nil {
		return err
	}
	defer f.Close()
	before, err := f.Stat()
	if err != nil {
		return err
	}
	if before.Mode().Perm() != mode.Perm() {
		if err := f.Chmod(mode); err != nil {
			return err
		}
	}
	record, err := whole(f, before.Size(), line)
	if err != nil {
		return err
	}
	// One write: a reader sees the whole record or nothing of it, unless we are killed during the
	// write.
	if _, err := f.Write(record); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return syncNewName(disk, path, before.Size())
}

// whole returns line as a record of its own, preceded by a line break if the record before it is
// torn.
func whole(f File, size int64, line []byte) ([]byte, error) {
	var record []byte
	if size > 0 {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, size-1); err != nil {
			return nil, err
		}
		if last[0] != '\n' {
			record = append(record, '\n')
		}
	}
	record = append(record, line...)
	return append(record, '\n'), nil
}

// syncNewName fsyncs the folder of a file that was empty before, and so may be new.
func syncNewName(disk Disk, path string, size int64) error {
	if size > 0 {
		return nil
	}
	return SyncDir(disk, filepath.Dir(path))
}
