package simulate

import (
	"io/fs"
	"syscall"
	"time"
)

// info returns the [fs.FileInfo] of a node.
func (n *node) info(name string) fs.FileInfo {
	return info{
		name:    name,
		number:  n.number,
		size:    int64(len(n.data)),
		folder:  n.folder,
		mode:    n.mode,
		changed: n.changed,
	}
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
func (i info) Sys() any {
	return &syscall.Stat_t{Dev: 1, Ino: i.number, Size: i.size, Ctim: syscall.NsecToTimespec(i.changed.UnixNano())}
}
func (i info) Mode() fs.FileMode {
	if i.folder {
		return fs.ModeDir | i.mode
	}
	return i.mode
}
