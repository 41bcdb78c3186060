package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"polycom.com/usagedata/core/durable"
)

// Folder is a store in a folder: each object is a file. Several processes may use the same folder.
//
// Create writes a temporary file in the hidden folder .new, fsyncs it, gives it the object's name with
// a hard link, which never replaces a file, and fsyncs the folder. A crash before the link leaves a
// temporary file, which [OpenFolder] removes when it is old; a crash after it leaves the object whole,
// and the repeated Create finds it. Creators in the same folder at the same time share its fsync.
//
// A store never follows a symbolic link, and never changes anything that is not a plain file.
type Folder struct {
	disk durable.Disk
	root string
	room *room

	mu     sync.Mutex
	places map[string]*place
}

const (
	fileMode   = 0o640
	folderMode = 0o750
)

var (
	errNotFile   = errors.New("not a plain file; the store does not follow it")
	errNotFolder = errors.New("not a folder; the store does not follow it")
	errTooLarge  = fmt.Errorf("larger than %d bytes", maxObject)
	// errGone means that another process removed the empty folder meanwhile.
	errGone = errors.New("another process keeps removing its folder")
)

// OpenFolder opens the store in the folder at root. If it is missing, OpenFolder creates it, but not
// the folder above it, which may be where a disk is to be mounted. The store leaves keepFree bytes of
// the file system free.
func OpenFolder(disk durable.Disk, root string, keepFree int64) (*Folder, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := openRoot(disk, root); err != nil {
		return nil, fmt.Errorf("open store: %w", withHint(root, err))
	}
	f := &Folder{
		disk: disk, root: root,
		room: &room{disk: disk, path: root, keep: keepFree}, places: map[string]*place{},
	}
	f.removeStale()
	return f, nil
}

func openRoot(disk durable.Disk, root string) error {
	err := openFolder(disk, root)
	if errors.Is(err, fs.ErrNotExist) {
		err = makeFolder(disk, root)
	}
	if err != nil {
		return err
	}
	// A process that created it may have been killed before it could do this. A folder within one that
	// we may not read was not created by us.
	err = durable.SyncDir(disk, filepath.Dir(root))
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

// openFolder returns an error if location is neither a folder nor a link to one.
func openFolder(disk durable.Disk, location string) error {
	folder, err := disk.Open(location, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return err
	}
	return folder.Close()
}

// Create implements [Store]. It does not interrupt an operation of the disk that hangs.
func (f *Folder) Create(ctx context.Context, name string, content []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := f.create(ctx, name, content); err != nil {
		return fmt.Errorf("create %s: %w", name, err)
	}
	return nil
}

func (f *Folder) create(ctx context.Context, name string, content []byte) error {
	if len(content) > maxObject {
		return errTooLarge
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	done, err := f.room.take(len(content))
	if err != nil {
		return err
	}
	defer done()
	temp, err := f.writeTemporary(content)
	if err != nil {
		return err
	}
	defer temp.remove()
	for range 100 {
		err = f.publish(ctx, temp, name, content)
		if !errors.Is(err, errGone) {
			return err
		}
	}
	return err
}

// publish gives a temporary file the object's name, and returns when that name is durable.
func (f *Folder) publish(ctx context.Context, temp temporary, name string, content []byte) error {
	p, err := f.enter(path.Dir(name))
	if err != nil {
		return full(err)
	}
	defer f.leave(p)
	err = f.disk.Link(temp.path, f.at(name))
	switch {
	case errors.Is(err, fs.ErrExist):
		err = f.confirm(name, content)
	case errors.Is(err, fs.ErrNotExist):
		err = errGone
	}
	if err != nil {
		f.forget(p)
		return full(err)
	}
	if err := p.sync(ctx); err != nil {
		f.forget(p)
		return err
	}
	if !p.inPlace(f.disk) { // the name is in a folder that may not be durable
		f.forget(p)
		return errGone
	}
	return nil
}

// confirm returns nil if the object has this content and the content is durable, and [errExists] if
// it has other content.
func (f *Folder) confirm(name string, content []byte) error {
	file, size, err := f.open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if size != int64(len(content)) {
		return errExists
	}
	there, err := readAll(file, size)
	if err != nil {
		return err
	}
	if !bytes.Equal(there, content) {
		return errExists
	}
	return file.Sync() // it may be a copy that somebody has just put there
}

// Read implements [Store].
func (f *Folder) Read(ctx context.Context, name string) ([]byte, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	content, err := f.read(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return content, nil
}

func (f *Folder) read(name string) ([]byte, error) {
	file, size, err := f.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if size > maxObject {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, errTooLarge)
	}
	content, err := readAll(file, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return content, nil
}

// open opens the plain file of an object, without following a link on the way.
func (f *Folder) open(name string) (file durable.File, size int64, err error) {
	if err := f.checkFolders(path.Dir(name)); err != nil {
		return nil, 0, err
	}
	info, err := f.disk.Lstat(f.at(name))
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errNotFile
	}
	file, err = f.disk.Open(f.at(name), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	return file, info.Size(), nil
}

// checkFolders returns an error if one of these folders is missing or is not a folder.
func (f *Folder) checkFolders(dir string) error {
	for _, at := range slices.Backward(slices.Collect(upward(dir))) {
		if err := f.isFolder(at); err != nil {
			return err
		}
	}
	return nil
}

// isFolder does not look at the folders above.
func (f *Folder) isFolder(dir string) error {
	info, err := f.disk.Lstat(f.at(dir))
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s: %w", dir, errNotFolder)
	}
	return err
}

// upward yields a folder of the store and the folders above it, without the store's own.
func upward(dir string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for ; dir != "."; dir = path.Dir(dir) {
			if !yield(dir) {
				return
			}
		}
	}
}

// Remove implements [Store]. It removes the folders that have become empty too. A crash leaves the
// object, or empty folders.
func (f *Folder) Remove(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.remove(name); err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	return nil
}

func (f *Folder) remove(name string) error {
	err := f.checkFolders(path.Dir(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.disk.Lstat(f.at(name))
	if err == nil && !info.Mode().IsRegular() {
		return errNotFile
	}
	if err := durable.Remove(f.disk, f.at(name)); err != nil {
		return err
	}
	for at := range upward(path.Dir(name)) {
		if f.disk.Remove(f.at(at)) != nil { // not empty
			break
		}
	}
	return nil
}

// at returns the path of an object or a folder of the store.
func (f *Folder) at(name string) string { return filepath.Join(f.root, filepath.FromSlash(name)) }

// readAll reads a file of this size, and returns an error if it has another one.
func readAll(file io.Reader, size int64) ([]byte, error) {
	content := make([]byte, size+1)
	n, err := io.ReadFull(file, content)
	switch {
	case int64(n) != size:
		return nil, fmt.Errorf("it should have %d bytes", size)
	case !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF):
		return nil, err
	}
	return content[:n:n], nil
}

// full returns err, as [ErrFull] too if it means that the disk is full.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// makeFolder creates a folder with the mode of all folders, whatever the umask.
func makeFolder(disk durable.Disk, location string) error {
	if err := disk.Mkdir(location, folderMode); err != nil {
		return err
	}
	return disk.Chmod(location, folderMode)
}
