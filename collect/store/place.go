package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"syscall"

	"polycom.com/usagedata/core/durable"
)

// place is a folder of the store whose own name is durable. It is held open, so that no other folder
// is given its inode: while its name still leads to this inode, it has been durable all the time.
type place struct {
	dir, path string
	file      durable.File
	users     int // guarded by the Folder's lock

	mu    sync.Mutex
	round *round // the latest one
}

// round is one fsync for all objects whose names were there when it began.
type round struct {
	before *round // it is over when this one begins
	begun  bool
	done   chan struct{}
	err    error
}

// maxPlaces bounds the folders that are held open for later.
const maxPlaces = 64

// enter returns a folder of the store, creating it if it is missing. The caller must leave it.
func (f *Folder) enter(dir string) (*place, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.places[dir]
	if p == nil {
		var err error
		if p, err = f.openPlace(dir); err != nil {
			return nil, err
		}
		f.evict()
		f.places[dir] = p
	}
	p.users++
	return p, nil
}

func (f *Folder) leave(p *place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p.users--
	f.closeUnused(p)
}

// forget makes the next creator open the folder again.
func (f *Folder) forget(p *place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.places[p.dir] == p {
		delete(f.places, p.dir)
	}
}

// evict forgets unused folders.
func (f *Folder) evict() {
	for dir, p := range f.places {
		if len(f.places) < maxPlaces {
			return
		}
		if p.users == 0 {
			delete(f.places, dir)
			f.closeUnused(p)
		}
	}
}

func (f *Folder) closeUnused(p *place) {
	if p.users == 0 && f.places[p.dir] != p {
		p.file.Close()
	}
}

// openPlace creates the folder and those above it as needed, and makes all of their names durable:
// the process that created them may have been killed before it could.
func (f *Folder) openPlace(dir string) (*place, error) {
	if err := f.makeFolders(dir); err != nil {
		return nil, err
	}
	file, err := f.disk.Open(f.at(dir), os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	return &place{dir: dir, path: f.at(dir), file: file}, nil
}

func (f *Folder) makeFolders(dir string) error {
	if dir == "." {
		return nil
	}
	if err := f.makeFolders(path.Dir(dir)); err != nil {
		return err
	}
	err := makeFolder(f.disk, f.at(dir))
	if errors.Is(err, fs.ErrExist) {
		err = f.isFolder(dir)
	}
	if err != nil {
		return err
	}
	return durable.SyncDir(f.disk, filepath.Dir(f.at(dir)))
}

// sync returns when the names that the folder has now are durable. Callers that wait for the same
// disk share one fsync.
func (p *place) sync(ctx context.Context) error {
	p.mu.Lock()
	r := p.round
	leads := r == nil || r.begun
	if leads {
		r = &round{before: r, done: make(chan struct{})}
		p.round = r
	}
	p.mu.Unlock()
	if leads {
		p.lead(r)
		return r.err
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *place) lead(r *round) {
	if r.before != nil {
		<-r.before.done
	}
	p.mu.Lock()
	r.begun, r.before = true, nil
	p.mu.Unlock()
	r.err = p.file.Sync()
	close(r.done)
}

// inPlace reports whether the folder still has its name.
func (p *place) inPlace(disk durable.Disk) bool {
	held, err := p.file.Stat()
	if err != nil {
		return false
	}
	named, err := disk.Lstat(p.path)
	if err != nil {
		return false
	}
	one, ok := held.Sys().(*syscall.Stat_t)
	other, known := named.Sys().(*syscall.Stat_t)
	return ok && known && one.Dev == other.Dev && one.Ino == other.Ino
}
