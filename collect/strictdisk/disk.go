// Package strictdisk is a disk in memory for tests. It promises as much as POSIX does: the Sync of a
// file makes its content durable, the Sync of a folder makes its names durable, and a power cut may
// lose or keep any part of the others. A test cuts the power at
// each operation and reads the rest.
package strictdisk

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ErrOff is the error of every operation of a process that was stopped.
var ErrOff = errors.New("this process was stopped")

// Disk is a file system that holds nothing but the folder /.
type Disk struct {
	dice *rand.Rand

	mu      sync.Mutex
	root    *node
	made    uint64
	pending []*renaming // changes of names that a power cut may undo, oldest first
	process *Process
	left    int // operations until the process stops; negative: it does not
}

// node is a file or a folder.
type node struct {
	number  uint64
	folder  bool
	mode    fs.FileMode
	changed time.Time

	data, lasting   []byte // now, and after a power cut
	names, lastings map[string]*node
	holder          *handle
}

// renaming is an atomic change of names within a folder.
type renaming struct {
	in    *node
	names []string
	to    []*node // nil: the name is removed
}

// New returns an empty disk. The seed decides what power cuts leave.
func New(seed uint64) *Disk {
	d := &Disk{dice: rand.New(rand.NewPCG(seed, 1)), left: -1}
	d.root = d.node(true, 0o755)
	d.process = &Process{d: d}
	return d
}

// Process returns the disk as processes see it until they are stopped.
func (d *Disk) Process() *Process {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.process
}

// StopAfter makes every operation fail after this many more operations that change the disk, until
// [Disk.Cut] or [Disk.Kill].
func (d *Disk) StopAfter(operations int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = operations
}

// Cut cuts the power, and lets it come back. It reports whether operations failed since [Disk.StopAfter].
func (d *Disk) Cut() (stopped bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	stopped = d.stop()
	for _, r := range d.pending {
		if d.dice.IntN(2) == 0 {
			r.last()
		}
	}
	d.pending = nil
	d.settle(d.root)
	return stopped
}

// Kill kills the processes, and leaves everything that they wrote. It reports whether operations failed
// since [Disk.StopAfter].
func (d *Disk) Kill() (stopped bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stop()
}

func (d *Disk) stop() (stopped bool) {
	stopped = d.process.off
	d.process.off, d.left = true, -1
	d.process = &Process{d: d}
	return stopped
}

// settle decides which content of a node, and of everything in it, survived.
func (d *Disk) settle(n *node) {
	n.holder = nil
	if !n.folder {
		n.lasting = d.torn(n.lasting, n.data)
		n.data = n.lasting
		return
	}
	n.names = maps.Clone(n.lastings)
	for _, name := range slices.Sorted(maps.Keys(n.names)) {
		d.settle(n.names[name])
	}
}

// torn returns content that a power cut may leave: old is durable, latest was written since.
func (d *Disk) torn(old, latest []byte) []byte {
	if slices.Equal(old, latest) {
		return old
	}
	switch d.dice.IntN(4) {
	case 0:
		return old
	case 1: // the length became durable, the content did not
		found := make([]byte, len(latest))
		copy(found, old)
		return found
	case 2:
		return slices.Clone(latest[:d.dice.IntN(len(latest)+1)])
	}
	return latest
}

func (d *Disk) node(folder bool, mode fs.FileMode) *node {
	d.made++
	n := &node{number: d.made, folder: folder, mode: mode, changed: time.Now()}
	if folder {
		n.names, n.lastings = map[string]*node{}, map[string]*node{}
	}
	return n
}

// find returns the node at path, or nil.
func (d *Disk) find(path string) *node {
	at := d.root
	for part := range strings.SplitSeq(filepath.Clean(path), "/") {
		if part == "" {
			continue
		}
		if at = at.names[part]; at == nil {
			return nil
		}
	}
	return at
}

// name makes path lead to a node, or, if it is nil, to nothing.
func (d *Disk) name(op, path string, to *node) error {
	in := d.find(filepath.Dir(path))
	if in == nil || !in.folder {
		return failed(op, path, syscall.ENOENT)
	}
	d.change(&renaming{in, []string{filepath.Base(path)}, []*node{to}})
	return nil
}

func (d *Disk) change(r *renaming) {
	r.set(r.in.names)
	r.in.changed = time.Now()
	d.pending = append(d.pending, r)
}

func (r *renaming) set(names map[string]*node) {
	for i, name := range r.names {
		if names[name] = r.to[i]; r.to[i] == nil {
			delete(names, name)
		}
	}
}

// last makes a change durable.
func (r *renaming) last() { r.set(r.in.lastings) }

// sync makes a file's content, or a folder's names, durable.
func (d *Disk) sync(n *node) {
	if !n.folder {
		n.lasting = slices.Clone(n.data)
		return
	}
	d.pending = slices.DeleteFunc(d.pending, func(r *renaming) bool {
		if r.in == n {
			r.last()
		}
		return r.in == n
	})
}

func failed(op, path string, err error) error { return &fs.PathError{Op: op, Path: path, Err: err} }
