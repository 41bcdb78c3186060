package durable

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// pollInterval is how often [Watch] sends if the kernel does not report changes.
const pollInterval = 500 * time.Millisecond

// Watch sends on changes after one of the named files in folder has changed, appeared or gone,
// until stop is called; after several changes it may send once. It uses inotify, so nothing runs
// while nothing changes. On a disk that is not the operating system's, or if the folder cannot be
// watched, it sends every half second.
//
// inotify does not report the changes of another machine on a network file system, or a file system
// that is mounted over the folder. If that matters to the caller, it must look for itself too.
func Watch(disk Disk, folder string, names ...string) (changes <-chan struct{}, stop func()) {
	w := &watch{changes: make(chan struct{}, 1), done: make(chan struct{}), names: names}
	var events *os.File
	if _, ok := disk.(interface{ inotify() }); ok {
		events, _ = openEvents(folder) // without them, ticks
	}
	w.ended.Go(func() {
		if events != nil {
			w.follow(events)
		}
		w.tick()
	})
	return w.changes, func() {
		close(w.done)
		if events != nil {
			events.Close()
		}
		w.ended.Wait()
	}
}

// inotify marks the disk whose changes the kernel reports.
func (OS) inotify() {}

type watch struct {
	names   []string
	changes chan struct{}
	done    chan struct{}
	ended   sync.WaitGroup
}

// watchedEvents are the events that may change a file's content, permissions or presence.
const watchedEvents = unix.IN_MODIFY | unix.IN_CLOSE_WRITE | unix.IN_ATTRIB | unix.IN_CREATE | unix.IN_DELETE |
	unix.IN_MOVED_FROM | unix.IN_MOVED_TO | unix.IN_DELETE_SELF | unix.IN_MOVE_SELF

// endEvents are the events after which the folder is not watched any more, or some events are
// missing.
const endEvents = unix.IN_IGNORED | unix.IN_UNMOUNT | unix.IN_MOVE_SELF | unix.IN_Q_OVERFLOW

func openEvents(folder string) (*os.File, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, err
	}
	if _, err := unix.InotifyAddWatch(fd, folder, watchedEvents|unix.IN_ONLYDIR); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "inotify"), nil
}

// follow reads events until the folder is not watched any more, or until stop is called.
func (w *watch) follow(events *os.File) {
	buffer := make([]byte, 4<<10)
	for {
		n, err := events.Read(buffer)
		if err != nil || w.handle(buffer[:n]) {
			w.notify()
			return
		}
	}
}

// handle notifies of each event of a watched name, and reports whether events were lost. It never
// panics.
func (w *watch) handle(events []byte) (gone bool) {
	for len(events) >= unix.SizeofInotifyEvent {
		mask := binary.NativeEndian.Uint32(events[4:])
		size := min(int(binary.NativeEndian.Uint32(events[12:])), len(events)-unix.SizeofInotifyEvent)
		events = events[unix.SizeofInotifyEvent:]
		name, _, _ := bytes.Cut(events[:size], []byte{0})
		events = events[size:]
		if slices.Contains(w.names, string(name)) {
			w.notify()
		}
		gone = gone || mask&endEvents != 0
	}
	return gone
}

func (w *watch) notify() {
	select {
	case w.changes <- struct{}{}:
	default: // one is waiting already
	}
}

func (w *watch) tick() {
	again := time.NewTicker(pollInterval)
	defer again.Stop()
	for {
		select {
		case <-w.done:
			return
		case <-again.C:
			w.notify()
		}
	}
}
