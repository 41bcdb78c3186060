package strictdisk

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"polycom.com/usagedata/core/durable"
)

// Process is a [durable.Disk] until it is stopped.
type Process struct {
	d   *Disk
	off bool
}

// look performs an operation that changes nothing.
func (p *Process) look(operation func() error) error {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	if p.off {
		return ErrOff
	}
	return operation()
}

// do performs an operation that changes the disk, unless the process stops before it.
func (p *Process) do(operation func() error) error {
	return p.look(func() error {
		if p.d.left == 0 {
			p.off = true
			return ErrOff
		}
		p.d.left--
		return operation()
	})
}

// Open implements [durable.Disk].
func (p *Process) Open(path string, flags int, mode fs.FileMode) (file durable.File, err error) {
	var n *node
	err = p.look(func() error { n = p.d.find(path); return nil })
	switch {
	case err != nil:
		return nil, err
	case n == nil && flags&os.O_CREATE != 0:
		err = p.do(func() error {
			n = p.d.node(false, mode)
			return p.d.name("open", path, n)
		})
	case n == nil:
		err = failed("open", path, syscall.ENOENT)
	case flags&os.O_EXCL != 0:
		err = failed("open", path, syscall.EEXIST)
	case flags&syscall.O_DIRECTORY != 0 && !n.folder:
		err = failed("open", path, syscall.ENOTDIR)
	}
	if err != nil {
		return nil, err
	}
	h := &handle{p: p, n: n, path: path, flags: flags}
	if flags&os.O_TRUNC != 0 {
		return h, h.Truncate(0)
	}
	return h, nil
}

// Rename implements [durable.Disk], within one folder.
func (p *Process) Rename(from, to string) error {
	return p.do(func() error {
		n := p.d.find(from)
		if n == nil {
			return failed("rename", from, syscall.ENOENT)
		}
		if filepath.Dir(from) != filepath.Dir(to) {
			return failed("rename", to, syscall.EXDEV)
		}
		names := []string{filepath.Base(from), filepath.Base(to)}
		p.d.change(&renaming{p.d.find(filepath.Dir(from)), names, []*node{nil, n}})
		return nil
	})
}

// Link implements [durable.Disk].
func (p *Process) Link(from, to string) error {
	return p.do(func() error {
		n := p.d.find(from)
		switch {
		case n == nil:
			return failed("link", from, syscall.ENOENT)
		case p.d.find(to) != nil:
			return failed("link", to, syscall.EEXIST)
		}
		return p.d.name("link", to, n)
	})
}

// Remove implements [durable.Disk].
func (p *Process) Remove(path string) error {
	return p.do(func() error {
		n := p.d.find(path)
		switch {
		case n == nil:
			return failed("remove", path, syscall.ENOENT)
		case len(n.names) > 0:
			return failed("remove", path, syscall.ENOTEMPTY)
		}
		return p.d.name("remove", path, nil)
	})
}

// Mkdir implements [durable.Disk].
func (p *Process) Mkdir(path string, mode fs.FileMode) error {
	return p.do(func() error {
		if p.d.find(path) != nil {
			return failed("mkdir", path, syscall.EEXIST)
		}
		return p.d.name("mkdir", path, p.d.node(true, mode))
	})
}

// Chmod implements [durable.Disk].
func (p *Process) Chmod(path string, mode fs.FileMode) error {
	return p.look(func() error {
		n := p.d.find(path)
		if n == nil {
			return failed("chmod", path, syscall.ENOENT)
		}
		n.mode = mode
		return nil
	})
}

// Lstat implements [durable.Disk].
func (p *Process) Lstat(path string) (found fs.FileInfo, err error) {
	err = p.look(func() error {
		n := p.d.find(path)
		if n == nil {
			return failed("lstat", path, syscall.ENOENT)
		}
		found = n.info(filepath.Base(path))
		return nil
	})
	return found, err
}

// ReadDir implements [durable.Disk].
func (p *Process) ReadDir(path string) (entries []fs.DirEntry, err error) {
	err = p.look(func() error {
		n := p.d.find(path)
		if n == nil {
			return failed("readdir", path, syscall.ENOENT)
		}
		for _, name := range slices.Sorted(maps.Keys(n.names)) {
			entries = append(entries, fs.FileInfoToDirEntry(n.names[name].info(name)))
		}
		return nil
	})
	return entries, err
}
