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

// patience is how long a lock is waited for. Its holder writes and fsyncs a few small files, which takes a busy disk
// some seconds; one that holds it longer hangs, and must not stop every other process of the service with it.
const patience = 10 * time.Second

// lockAgain bounds how long a wait sleeps between two tries.
const lockAgain = 5 * time.Millisecond

// ErrHeld says that another process holds the lock.
var ErrHeld = errors.New("another process holds it")

// Within returns disk with another bound on each wait for a lock: for what must not take as long as Lock may.
func Within(disk Disk, wait time.Duration) Disk { return bounded{disk, wait} }

type bounded struct {
	Disk
	wait time.Duration
}

// patienceOn returns how long a lock is waited for on this disk.
func patienceOn(disk Disk) time.Duration {
	if b, ok := disk.(bounded); ok {
		return b.wait
	}
	return patience
}

// openLocked opens or creates a file and waits until no other process, and nobody else in this one, has it locked: at
// most until end, then the error wraps ErrHeld. The lock ends with Close, and with the process however it dies.
func openLocked(disk Disk, path string, flags int, end time.Time) (File, error) {
	f, err := openPlain(disk, path, flags)
	if err != nil {
		return nil, err
	}
	if err := await(f, end); err != nil {
		f.Close()
		return nil, held(path, err)
	}
	return f, nil
}

// await polls, because a wait in flock has no end.
func await(f File, end time.Time) error {
	for pause := time.Millisecond; ; pause = min(2*pause, lockAgain) {
		err := f.TryLock()
		if !errors.Is(err, syscall.EWOULDBLOCK) || !time.Now().Before(end) {
			return err
		}
		<-time.After(pause)
	}
}

// held puts the failure to lock a file into words.
func held(path string, err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return &fs.PathError{Op: "lock", Path: path, Err: ErrHeld}
	}
	return err
}

// Lock waits until nobody else, in this process or another one, holds the lock that belongs to path, and returns what
// gives it up. After some seconds it gives up, and the error wraps ErrHeld. Who reads a file, decides and writes it
// again does so under this lock; it need not be given up before a crash. The lock lives in a hidden, empty file beside
// path, which stays.
func Lock(disk Disk, path string) (unlock func(), err error) {
	if _, looks := disk.(readOnly); looks {
		return func() {}, nil
	}
	f, err := openLocked(disk, beside(path, ".lock"), os.O_RDWR, time.Now().Add(patienceOn(disk)))
	if err != nil {
		return nil, err
	}
	return func() { f.Close() }, nil
}

// TryLock locks the file at path without waiting, for what only one process at a time may be, and
// writes who, a word, into it. If another process holds the lock, the error wraps ErrHeld and
// holder is its word. The lock ends with release, and with the process however it dies.
func TryLock(disk Disk, path, who string) (release func(), holder string, err error) {
	f, err := openPlain(disk, path, os.O_RDWR)
	if err != nil {
		return nil, "", err
	}
	if err := f.TryLock(); err != nil {
		defer f.Close()
		return nil, word(f), held(path, err)
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

// maxWord bounds what word reads, in bytes: a process's number, or a document's id.
const maxWord = 128

// word reads what the holder wrote; empty where it was not quick enough.
func word(f File) string {
	text := make([]byte, maxWord)
	n, _ := f.ReadAt(text, 0)
	first, _, _ := strings.Cut(string(text[:n]), "\n")
	return first
}
