package simulate

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"sync/atomic"
	"syscall"
	"time"
)

// errDead is the error of every operation of a process that was killed. Such an operation has no
// effect.
var errDead = errors.New("this process is dead")

// process is one process on the appliance as the disk sees it, a [durable.Disk].
type process struct {
	w      *world
	name   string
	dice   *dice
	alive  context.Context
	die    context.CancelFunc
	opened map[*handle]bool // guarded by the disk's lock
	// troubled counts the disk failures that this process saw. If a write failed, the process may
	// have lost a record.
	troubled atomic.Int64
	// connection is the one that this process opened last; guarded by the network's lock.
	connection *conn
}

func (w *world) process(name string) *process {
	p := &process{w: w, name: name, dice: w.newDice(name), opened: map[*handle]bool{}}
	p.alive, p.die = context.WithCancel(w.end)
	return p
}

func (p *process) dead() bool { return p.alive.Err() != nil }

// kill kills a process at once. Its locks are released; everything that it wrote remains.
func (p *process) kill() {
	p.die()
	d := p.w.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	for h := range p.opened {
		h.release()
	}
	clear(p.opened)
}

// do performs one operation that changes the disk. It takes a moment, and the process may be killed
// before or after it.
func (p *process) do(what, path string, change func(d *disk) error) error {
	if err := p.moment(path); err != nil {
		return err
	}
	if p.w.fate.strikes(p) {
		return errDead
	}
	err := p.locked(change)
	if p.dead() {
		return errDead
	}
	p.w.happens(p.name+" "+what, 0, path)
	p.w.ledger.changed(p, what, path, err)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrExist) {
		p.troubled.Add(1)
	}
	if p.w.fate.strikes(p) {
		return errDead
	}
	return err
}

func (p *process) locked(change func(d *disk) error) error {
	d := p.w.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	return change(d)
}

// moment waits as long as a change takes. A change of the budget's files takes no time, because the
// budget holds a mutex meanwhile, and virtual time does not advance while a goroutine waits for a
// mutex. If such a change hangs, only the wall clock advances.
func (p *process) moment(path string) error {
	if p.dead() {
		return errDead
	}
	switch {
	case !slices.Contains(instant, path):
		took := p.dice.between(1, 100*time.Microsecond)
		if p.dice.chance(200) {
			took = p.dice.between(1, 20*time.Millisecond)
		}
		pause(p.alive, took)
	case path == budgetFile && p.dice.chance(200):
		p.w.quiet.disturb()
		p.w.clock.hang()
	}
	if p.dead() {
		return errDead
	}
	return nil
}

// Rename implements [durable.Disk].
func (p *process) Rename(from, to string) error {
	return p.do("rename", to, func(d *disk) error { return d.rename(from, to) })
}

// Link implements [durable.Disk].
func (p *process) Link(from, to string) error {
	return p.do("link", to, func(d *disk) error {
		n, in := d.find(from), d.find(filepath.Dir(to))
		switch {
		case n == nil || in == nil:
			return &fs.PathError{Op: "link", Path: from, Err: syscall.ENOENT}
		case d.find(to) != nil:
			return &fs.PathError{Op: "link", Path: to, Err: syscall.EEXIST}
		}
		d.change(&renamed{in: in, names: []string{filepath.Base(to)}, to: []*node{n}})
		return nil
	})
}

// Remove implements [durable.Disk].
func (p *process) Remove(path string) error {
	return p.do("remove", path, func(d *disk) error {
		if d.find(path) == nil {
			return &fs.PathError{Op: "remove", Path: path, Err: syscall.ENOENT}
		}
		d.change(&renamed{in: d.find(filepath.Dir(path)), names: []string{filepath.Base(path)}, to: []*node{nil}})
		return nil
	})
}

// Mkdir implements [durable.Disk].
func (p *process) Mkdir(path string, mode fs.FileMode) error {
	if p.exists(path) {
		return &fs.PathError{Op: "mkdir", Path: path, Err: syscall.EEXIST}
	}
	return p.do("mkdir", path, func(d *disk) error {
		in := d.find(filepath.Dir(path))
		switch {
		case in == nil:
			return &fs.PathError{Op: "mkdir", Path: path, Err: syscall.ENOENT}
		case d.full:
			return &fs.PathError{Op: "mkdir", Path: path, Err: syscall.ENOSPC}
		}
		d.change(&renamed{in: in, names: []string{filepath.Base(path)}, to: []*node{d.node(true, mode)}})
		return nil
	})
}

func (p *process) exists(path string) bool {
	d := p.w.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.find(path) != nil
}

// Chmod implements [durable.Disk].
func (p *process) Chmod(path string, mode fs.FileMode) error {
	return p.locked(func(d *disk) error {
		n := d.find(path)
		if n == nil {
			return &fs.PathError{Op: "chmod", Path: path, Err: syscall.ENOENT}
		}
		n.mode, n.changed = mode, time.Now()
		return nil
	})
}

// Lstat implements [durable.Disk].
func (p *process) Lstat(path string) (info fs.FileInfo, err error) {
	if p.dead() {
		return nil, errDead
	}
	err = p.locked(func(d *disk) error {
		n := d.find(path)
		if n == nil {
			return &fs.PathError{Op: "lstat", Path: path, Err: syscall.ENOENT}
		}
		info = n.info(filepath.Base(path))
		return nil
	})
	return info, err
}

// ReadDir implements [durable.Disk].
func (p *process) ReadDir(path string) (entries []fs.DirEntry, err error) {
	if p.dead() {
		return nil, errDead
	}
	err = p.locked(func(d *disk) error {
		n := d.find(path)
		if n == nil || !n.folder {
			return &fs.PathError{Op: "readdir", Path: path, Err: syscall.ENOENT}
		}
		for _, name := range slices.Sorted(maps.Keys(n.names)) {
			entries = append(entries, fs.FileInfoToDirEntry(n.names[name].info(name)))
		}
		return nil
	})
	return entries, err
}
