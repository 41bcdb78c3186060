package simulate

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// disk is a file system in memory that knows which state a power cut would leave. It promises as
// much as POSIX does: Sync of a file makes its content durable, Sync of a folder makes its names
// durable, without any order among them; only a rename is atomic.
type disk struct {
	w    *world
	dice *dice // for power cuts

	mu      sync.Mutex
	root    *node
	made    uint64     // number of nodes made so far
	pending []*renamed // changes of names that a power cut may undo, oldest first
	full    bool
	skipped skipped
}

// skipped selects the kinds of fsync that a bad disk, or a careless programmer, leaves out.
type skipped struct{ files, folders bool }

// node is a file or a folder.
type node struct {
	number  uint64
	folder  bool
	mode    fs.FileMode
	changed time.Time

	data, lasting   []byte // now, and after a power cut; bytes below their length never change in place
	names, lastings map[string]*node
	holder          *handle
}

// renamed is one atomic change of names within a folder.
type renamed struct {
	in    *node
	names []string
	to    []*node  // nil: the name is removed
	after *renamed // a change in another folder; this one is never durable without it
	lasts bool
}

func newDisk(w *world) *disk {
	d := &disk{w: w, dice: w.newDice("disk")}
	d.root = d.node(true, 0o755)
	return d
}

func (d *disk) node(folder bool, mode fs.FileMode) *node {
	d.made++
	n := &node{number: d.made, folder: folder, mode: mode, changed: time.Now()}
	if folder {
		n.names, n.lastings = map[string]*node{}, map[string]*node{}
	}
	return n
}

// find returns the node at path, or nil if there is no such file or folder.
func (d *disk) find(path string) *node {
	at := d.root
	for path = strings.Trim(path, "/"); path != ""; {
		name, rest, _ := strings.Cut(path, "/")
		if at = at.names[name]; at == nil {
			return nil
		}
		path = rest
	}
	return at
}

// change applies a change of names, and remembers that a power cut may undo it.
func (d *disk) change(r *renamed) {
	for i, name := range r.names {
		set(r.in.names, name, r.to[i])
	}
	d.pending = append(d.pending, r)
}

func set(names map[string]*node, name string, to *node) {
	if to == nil {
		delete(names, name)
		return
	}
	names[name] = to
}

// rename returns the errors that the product's packages can meet.
func (d *disk) rename(from, to string) error {
	n, source, target := d.find(from), d.find(filepath.Dir(from)), d.find(filepath.Dir(to))
	if n == nil || target == nil {
		return &fs.PathError{Op: "rename", Path: from, Err: syscall.ENOENT}
	}
	if there := d.find(to); there != nil && there.folder {
		return &fs.PathError{Op: "rename", Path: to, Err: syscall.EISDIR}
	}
	n.changed = time.Now()
	if source == target {
		d.change(&renamed{in: source, names: []string{filepath.Base(from), filepath.Base(to)}, to: []*node{nil, n}})
		return nil
	}
	comes := &renamed{in: target, names: []string{filepath.Base(to)}, to: []*node{n}}
	d.change(comes)
	d.change(&renamed{in: source, names: []string{filepath.Base(from)}, to: []*node{nil}, after: comes})
	return nil
}

// sync makes a file's content, or a folder's names, durable.
func (d *disk) sync(n *node) {
	if !n.folder {
		if !d.skipped.files {
			n.lasting = n.data[:len(n.data):len(n.data)]
		}
		return
	}
	if d.skipped.folders {
		return
	}
	d.pending = slices.DeleteFunc(d.pending, func(r *renamed) bool {
		if r.in == n {
			r.last()
		}
		return r.in == n
	})
}

// last makes a change durable.
func (r *renamed) last() {
	r.lasts = true
	for i, name := range r.names {
		set(r.in.lastings, name, r.to[i])
	}
}
