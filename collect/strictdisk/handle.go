package strictdisk

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// handle is an open file or folder, a [durable.File].
type handle struct {
	p     *Process
	n     *node
	path  string
	flags int
	at    int
}

func (h *handle) Read(b []byte) (int, error) {
	n, err := h.ReadAt(b, int64(h.at))
	h.at += n
	if n > 0 {
		err = nil
	}
	return n, err
}

func (h *handle) ReadAt(b []byte, at int64) (n int, err error) {
	err = h.p.look(func() error {
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

func (h *handle) Write(b []byte) (int, error) {
	err := h.p.do(func() error {
		if h.flags&os.O_APPEND != 0 {
			h.at = len(h.n.data)
		}
		data := make([]byte, max(len(h.n.data), h.at+len(b)))
		copy(data, h.n.data)
		copy(data[h.at:], b)
		h.n.data, h.n.changed = data, time.Now()
		h.at += len(b)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(b), nil
}

func (h *handle) Truncate(size int64) error {
	return h.p.do(func() error {
		h.n.data = slices.Clone(h.n.data[:min(int(size), len(h.n.data))])
		h.n.changed = time.Now()
		return nil
	})
}

func (h *handle) Chmod(mode fs.FileMode) error {
	return h.p.look(func() error { h.n.mode = mode; return nil })
}

func (h *handle) Sync() error {
	return h.p.do(func() error { h.p.d.sync(h.n); return nil })
}

func (h *handle) Stat() (found fs.FileInfo, err error) {
	err = h.p.look(func() error { found = h.n.info(filepath.Base(h.path)); return nil })
	return found, err
}

func (h *handle) TryLock() error {
	return h.p.look(func() error {
		if h.n.holder != nil && h.n.holder != h && !h.n.holder.p.off {
			return failed("lock", h.path, syscall.EWOULDBLOCK)
		}
		h.n.holder = h
		return nil
	})
}

func (h *handle) Close() error {
	return h.p.look(func() error {
		if h.n.holder == h {
			h.n.holder = nil
		}
		return nil
	})
}

func (n *node) info(name string) fs.FileInfo {
	return info{name: name, number: n.number, size: int64(len(n.data)), folder: n.folder, mode: n.mode,
		changed: n.changed}
}

type info struct {
	name    string
	number  uint64
	size    int64
	folder  bool
	mode    fs.FileMode
	changed time.Time
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) ModTime() time.Time { return i.changed }
func (i info) IsDir() bool        { return i.folder }
func (i info) Sys() any           { return &syscall.Stat_t{Dev: 1, Ino: i.number, Size: i.size} }
func (i info) Mode() fs.FileMode {
	if i.folder {
		return fs.ModeDir | i.mode
	}
	return i.mode
}
