package networkusage

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"
	"time"
)

// opened are files that are held open, so that renaming and removing them changes nothing while they are read.
type opened []*openFile

type openFile struct {
	*os.File
	name string
	size int64 // when it was opened: what is appended later is not read
	made time.Time
}

// openAll opens what there is under a path, and looks again whether that was all at one time: a file that was rotated
// in between would be missed or read twice.
func openAll(path string) (opened, error) {
	for range 5 {
		before, err := list(path)
		if err != nil {
			return nil, err
		}
		files, err := before.open()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			files.close()
			return nil, err
		}
		after, gone := list(path)
		switch {
		case err != nil, gone != nil, !files.are(after):
			files.close()
		case len(files) == 0:
			return nil, errNone
		default:
			return files, nil
		}
	}
	return nil, errChanged
}

// open opens all, the newest first. What is no regular file is passed over, without waiting for it.
func (l listing) open() (files opened, err error) {
	for _, path := range l {
		f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			return files, err
		}
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() {
			_ = f.Close() // nothing was written
			continue
		}
		files = append(files, &openFile{f, path, info.Size(), info.ModTime()})
	}
	slices.SortStableFunc(files, func(a, b *openFile) int {
		return cmp.Or(b.made.Compare(a.made), cmp.Compare(a.name, b.name))
	})
	return files, nil
}

// are tells whether the paths still lead to the files that are open.
func (o opened) are(now listing) bool {
	left := map[string]*openFile{}
	for _, f := range o {
		left[f.name] = f
	}
	for _, path := range now {
		info, err := os.Stat(path)
		switch f := left[path]; {
		case err != nil:
			return false
		case !info.Mode().IsRegular():
			continue
		case f == nil || !f.is(info):
			return false
		}
		delete(left, path)
	}
	return len(left) == 0
}

func (f *openFile) is(now fs.FileInfo) bool {
	own, err := f.Stat()
	return err == nil && os.SameFile(own, now)
}

func (o opened) close() {
	for _, f := range o {
		_ = f.Close() // nothing was written
	}
}
