package simulate

import (
	"io/fs"
	"syscall"
)

// Lock implements durable.File.
func (h *handle) Lock(wait bool) error {
	for {
		busy, err := h.lock()
		if err != nil || busy == nil {
			return err
		}
		if !wait {
			return &fs.PathError{Op: "lock", Path: h.path, Err: syscall.EWOULDBLOCK}
		}
		select {
		case <-busy:
		case <-h.p.alive.Done():
		}
	}
}

// lock takes the lock, or returns what is closed when it may be free.
func (h *handle) lock() (busy chan struct{}, err error) {
	if h.p.dead() {
		return nil, errDead
	}
	err = h.p.locked(func(*disk) error {
		switch h.n.holder {
		case nil, h:
			h.n.holder, h.n.released = h, make(chan struct{})
		default:
			busy = h.n.released
		}
		return nil
	})
	return busy, err
}

// release lets go of the lock, if it is held.
func (h *handle) release() {
	if h.n != nil && h.n.holder == h {
		h.n.holder = nil
		close(h.n.released)
	}
}
