package simulate

import (
	"io/fs"
	"syscall"
)

// TryLock implements [durable.File].
func (h *handle) TryLock() error {
	if h.p.dead() {
		return errDead
	}
	return h.p.locked(func(*disk) error {
		if h.n.holder != nil && h.n.holder != h {
			return &fs.PathError{Op: "lock", Path: h.path, Err: syscall.EWOULDBLOCK}
		}
		h.n.holder = h
		return nil
	})
}

// release releases the lock if h holds it.
func (h *handle) release() {
	if h.n != nil && h.n.holder == h {
		h.n.holder = nil
	}
}
