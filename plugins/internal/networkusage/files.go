package networkusage

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

var errNone = fmt.Errorf("no export: %w", fs.ErrNotExist)

// listing are paths of files.
type listing []string

// list lists a folder's exports, or a file with those that it was rotated into.
func list(path string) (listing, error) {
	info, err := os.Stat(path)
	folder, wanted := filepath.Dir(path), rotatedFrom(filepath.Base(path))
	switch {
	case err == nil && info.IsDir():
		folder, wanted = path, isExport
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var found listing
	for _, entry := range entries {
		if !entry.IsDir() && wanted(entry.Name()) {
			found = append(found, filepath.Join(folder, entry.Name()))
		}
	}
	found = found.withoutCopies()
	switch {
	case len(found) == 0:
		return nil, errNone
	case len(found) > maxFiles:
		return nil, errTooMany
	}
	return found, nil
}

// withoutCopies leaves out what is being compressed at the moment: as long as usage.csv.1 is there, usage.csv.1.gz may
// have no end.
func (l listing) withoutCopies() listing {
	return slices.DeleteFunc(slices.Clone(l), func(path string) bool {
		original, compressed := strings.CutSuffix(path, ".gz")
		return compressed && slices.Contains(l, original)
	})
}

// isExport tells by its name whether a file of a folder is an export: usage.csv, usage.csv.1, usage.csv.2.gz,
// usage.zip.
func isExport(name string) bool {
	name = strings.ToLower(name)
	return !strings.HasPrefix(name, ".") &&
		(slices.Contains(strings.Split(name, ".")[1:], "csv") || strings.HasSuffix(name, ".gz") ||
			strings.HasSuffix(name, ".zip"))
}

var rotation = regexp.MustCompile(`^([.-][0-9]+)*(\.gz|\.zip)?$`)

// rotatedFrom takes a file and what it becomes: usage.csv.1, usage.csv-20260301.gz.
func rotatedFrom(name string) func(string) bool {
	return func(other string) bool {
		rest, ok := strings.CutPrefix(other, name)
		return ok && rotation.MatchString(rest)
	}
}

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
