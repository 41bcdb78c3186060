package simulate

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"polycom.com/usagedata/core/durable"
)

// handle is an open file, a [durable.File].
type handle struct {
	p     *process
	n     *node
	path  string
	flags int
	at    int
}

// Open implements [durable.Disk].
func (p *process) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if p.dead() {
		return nil, errDead
	}
	if flags&os.O_CREATE != 0 && !p.exists(path) {
		if err := p.create(path, mode); err != nil {
			return nil, err
		}
	}
	h := &handle{p: p, path: path, flags: flags}
	err := p.locked(func(d *disk) error {
		if h.n = d.find(path); h.n == nil {
			return &fs.PathError{Op: "open", Path: path, Err: syscall.ENOENT}
		}
		if flags&syscall.O_DIRECTORY != 0 && !h.n.folder {
			return &fs.PathError{Op: "open", Path: path, Err: syscall.ENOTDIR}
		}
		p.opened[h] = true
		return nil
	})
	if err == nil && flags&os.O_TRUNC != 0 {
		err = h.Truncate(0)
	}
	if err != nil {
		return nil, err
	}
	return h, nil
}

func (p *process) create(path string, mode fs.FileMode) error {
	return p.do("create", path, func(d *disk) error {
		in := d.find(filepath.Dir(path))
		switch {
		case in == nil || !in.folder:
			return &fs.PathError{Op: "open", Path: path, Err: syscall.ENOENT}
		case d.find(path) != nil: // another process created it first
			return nil
		case d.full:
			return &fs.PathError{Op: "open", Path: path, Err: syscall.ENOSPC}
		}
		d.change(&renamed{in: in, names: []string{filepath.Base(path)}, to: []*node{d.node(false, mode)}})
		return nil
	})
}

// Read implements [durable.File].
func (h *handle) Read(b []byte) (int, error) {
	n, err := h.ReadAt(b, int64(h.at))
	h.at += n
	if n > 0 {
		err = nil
	}
	return n, err
}

// ReadAt implements [durable.File].
func (h *handle) ReadAt(b []byte, at int64) (n int, err error) {
	if h.p.dead() {
		return 0, errDead
	}
	err = h.p.locked(func(*disk) error {
		if at < int64(len(h.n.data)) {
			n = copy(b, h.n.data[at:])
		}
		if n < len(b) {
			return io.EOF
		}
		return nil
	})
	return n, err
}

// Write implements [durable.File]. If the disk is full, it writes a part.
func (h *handle) Write(b []byte) (n int, err error) {
	err = h.p.do("write", h.path, func(d *disk) error {
		n = len(b)
		var failed error
		if d.full {
			n, failed = h.p.dice.below(n+1), &fs.PathError{Op: "write", Path: h.path, Err: syscall.ENOSPC}
		}
		h.put(b[:n])
		return failed
	})
	return n, err
}

// put writes at the current offset. It never changes bytes in place, because a power cut may
// restore them.
func (h *handle) put(b []byte) {
	n := h.n
	n.changed = time.Now()
	if h.flags&os.O_APPEND != 0 || h.at == len(n.data) {
		n.data = append(n.data, b...)
		h.at = len(n.data)
		return
	}
	data := make([]byte, max(len(n.data), h.at+len(b)))
	copy(data, n.data)
	copy(data[h.at:], b)
	n.data, h.at = data, h.at+len(b)
}

// Truncate implements [durable.File].
func (h *handle) Truncate(size int64) error {
	return h.p.do("truncate", h.path, func(*disk) error {
		h.n.changed = time.Now()
		if int(size) < len(h.n.data) {
			h.n.data = h.n.data[:size:size]
		}
		return nil
	})
}

// Chmod implements [durable.File].
func (h *handle) Chmod(mode fs.FileMode) error {
	if h.p.dead() {
		return errDead
	}
	return h.p.locked(func(*disk) error { h.n.mode, h.n.changed = mode, time.Now(); return nil })
}

// Sync implements [durable.File]. It may fail on a full disk, and then the caller can't know whether
// the content is durable.
func (h *handle) Sync() error {
	return h.p.do("sync", h.path, func(d *disk) error {
		if d.full && h.p.dice.chance(4) {
			return &fs.PathError{Op: "sync", Path: h.path, Err: syscall.EIO}
		}
		d.sync(h.n)
		return nil
	})
}

// Stat implements [durable.File].
func (h *handle) Stat() (info fs.FileInfo, err error) {
	if h.p.dead() {
		return nil, errDead
	}
	err = h.p.locked(func(*disk) error { info = h.n.info(filepath.Base(h.path)); return nil })
	return info, err
}

// Close implements [durable.File].
func (h *handle) Close() error {
	if h.p.dead() {
		return errDead
	}
	err := h.p.locked(func(*disk) error {
		h.release()
		delete(h.p.opened, h)
		return nil
	})
	h.p.w.ledger.closed(h.p, h.path)
	return err
}
