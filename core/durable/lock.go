package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
)

// lockTimeout is how long we wait for a lock. Its holder writes and fsyncs a few small files, which
// can take some seconds on a busy disk. A process that holds the lock longer hangs, and must not
// stop every other process of the service.
const lockTimeout = 10 * time.Second

// lockPoll bounds how long a wait sleeps between two tries.
const lockPoll = 5 * time.Millisecond

// ErrHeld is returned if another process holds the lock.
var ErrHeld = errors.New("another process holds it")

// Within returns disk with another bound on each wait for a lock, for callers that must not wait as
// long as [Lock] may.
func Within(disk Disk, wait time.Duration) Disk { return bounded{disk, wait} }

type bounded struct {
	Disk
	wait time.Duration
}

// lockTimeoutOn returns how long to wait for a lock on this disk.
func lockTimeoutOn(disk Disk) time.Duration {
	if b, ok := disk.(bounded); ok {
		return b.wait
	}
	return lockTimeout
}

// openLocked opens or creates a file and waits until no other opening, in this process or another
// one, has it locked. It waits until end; then the error wraps [ErrHeld]. The lock ends with Close,
// and with the process however it dies.
func openLocked(disk Disk, path string, flags int, end time.Time) (File, error) {
	f, err := openPlain(disk, path, flags)
	if err != nil {
		return nil, err
	}
	if err := pollLock(f, end); err != nil {
		f.Close()
		return nil, lockError(path, err)
	}
	return f, nil
}

// pollLock tries to lock f until end. It polls, because a wait in flock cannot be bounded.
func pollLock(f File, end time.Time) error {
	for pause := time.Millisecond; ; pause = min(2*pause, lockPoll) {
		err := f.TryLock()
		if !errors.Is(err, syscall.EWOULDBLOCK) || !time.Now().Before(end) {
			return err
		}
		<-time.After(pause)
	}
}

// lockError turns the failure to lock a file into an error that wraps [ErrHeld].
func lockError(path string, err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return &fs.PathError{Op: "lock", Path: path, Err: ErrHeld}
	}
	return err
}

// Lock acquires the lock that belongs to path, and returns a function that releases it. It waits
// some seconds while another goroutine or process holds the lock; then the error wraps [ErrHeld]. A
// caller that reads a file, decides and writes it again must hold this lock; a crash releases it.
// The lock is a hidden, empty file in the folder of path, which is never removed.
func Lock(disk Disk, path string) (unlock func(), err error) {
	if _, looks := disk.(readOnly); looks {
		return func() {}, nil
	}
	f, err := openLocked(disk, hiddenPath(path, ".lock"), os.O_RDWR, time.Now().Add(lockTimeoutOn(disk)))
	if err != nil {
		return nil, err
	}
	return func() { f.Close() }, nil
}

// TryLock locks the file at path without waiting, for work that only one process at a time may do,
// and writes name into it. If another process holds the lock, the error wraps [ErrHeld] and holder
// is the name that it wrote. The lock ends with release, and with the process however it dies.
func TryLock(disk Disk, path, name string) (release func(), holder string, err error) {
	f, err := openPlain(disk, path, os.O_RDWR)
	if err != nil {
		return nil, "", err
	}
	if err := f.TryLock(); err != nil {
		defer f.Close()
		return nil, readHolder(f), lockError(path, err)
	}
	_, err = fmt.Fprintln(f, name)
	if err == nil {
		err = f.Truncate(int64(len(name)) + 1)
	}
	if err != nil {
		f.Close()
		return nil, "", err
	}
	return func() { f.Close() }, "", nil
}

// maxHolder bounds the bytes that readHolder reads: a process's number, or a document's id.
const maxHolder = 128

// readHolder reads the name that the holder wrote. It is empty if the holder has not written it
// yet.
func readHolder(f File) string {
	text := make([]byte, maxHolder)
	n, _ := f.ReadAt(text, 0)
	first, _, _ := strings.Cut(string(text[:n]), "\n")
	return first
}
