package durable

import (
	"io/fs"
	"os"
	"syscall"
)

// openLocked opens or creates a file and waits until no other process, and nobody else in
// this one, has it locked. The lock ends with Close, and with the process however it dies.
func openLocked(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, flags|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
	}
	return f, nil
}

// Lock waits until nobody else, in this process or another one, holds the lock that belongs
// to path, and returns what gives it up. Who reads a file, decides and writes it again does
// so under this lock; it need not be given up before a crash. The lock lives in a hidden,
// empty file beside path, which stays.
func Lock(path string) (unlock func(), err error) {
	f, err := openLocked(beside(path, ".lock"), os.O_RDWR)
	if err != nil {
		return nil, err
	}
	return func() { f.Close() }, nil
}
