package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// openLocked opens or creates a file and waits until no other process, and nobody else in
// this one, has it locked. The lock ends with Close, and with the process however it dies.
func openLocked(disk Disk, path string, flags int) (File, error) {
	f, err := openPlain(disk, path, flags)
	if err != nil {
		return nil, err
	}
	if err := f.Lock(true); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Lock waits until nobody else, in this process or another one, holds the lock that belongs
// to path, and returns what gives it up. Who reads a file, decides and writes it again does
// so under this lock; it need not be given up before a crash. The lock lives in a hidden,
// empty file beside path, which stays.
func Lock(disk Disk, path string) (unlock func(), err error) {
	f, err := openLocked(disk, beside(path, ".lock"), os.O_RDWR)
	if err != nil {
		return nil, err
	}
	return func() { f.Close() }, nil
}

// ErrHeld says that another process holds the lock.
var ErrHeld = errors.New("held by another")

// TryLock locks the file at path without waiting, for what only one process at a time may be, and
// writes who, a word, into it. If another process holds the lock, the error wraps ErrHeld and
// holder is its word. The lock ends with release, and with the process however it dies.
func TryLock(disk Disk, path, who string) (release func(), holder string, err error) {
	f, err := openPlain(disk, path, os.O_RDWR)
	if err != nil {
		return nil, "", err
	}
	if err := f.Lock(false); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = &fs.PathError{Op: "lock", Path: path, Err: ErrHeld}
		}
		return nil, word(f), err
	}
	_, err = fmt.Fprintln(f, who)
	if err == nil {
		err = f.Truncate(int64(len(who)) + 1)
	}
	if err != nil {
		f.Close()
		return nil, "", err
	}
	return func() { f.Close() }, "", nil
}

// word reads what the holder wrote; empty where it was not quick enough.
func word(f File) string {
	text := make([]byte, 16)
	n, _ := f.ReadAt(text, 0)
	first, _, _ := strings.Cut(string(text[:n]), "\n")
	return first
}
