package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"
)

// walk yields the objects of a folder in the order of their names.
type walk struct {
	*Folder
	prefix string
	after  string
	yield  func(Object, error) bool
}

// List implements [Store].
func (f *Folder) List(ctx context.Context, prefix, after string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		if !validPrefix(prefix) {
			yield(Object{}, prefixError(prefix))
			return
		}
		walk{f, prefix, after, yield}.folder(ctx, ".")
	}
}

// folder reports whether the caller wants more.
func (w walk) folder(ctx context.Context, dir string) bool {
	if err := ctx.Err(); err != nil {
		w.yield(Object{}, err)
		return false
	}
	entries, err := w.disk.ReadDir(w.at(dir))
	if errors.Is(err, fs.ErrNotExist) && dir != "." { // removed meanwhile
		return true
	}
	if err != nil {
		return w.fail(dir, err)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(sortKey(a), sortKey(b)) })
	for _, entry := range entries {
		if !w.entry(ctx, path.Join(dir, entry.Name()), entry) {
			return false
		}
	}
	return true
}

// sortKey makes a folder come where the names of its objects do: a-b is before a/b.
func sortKey(entry fs.DirEntry) string {
	if entry.IsDir() {
		return entry.Name() + "/"
	}
	return entry.Name()
}

func (w walk) entry(ctx context.Context, name string, entry fs.DirEntry) bool {
	switch {
	case !validName(name):
		return true
	case entry.IsDir():
		within := name + "/"
		if within < w.after && !strings.HasPrefix(w.after, within) { // so are all names within
			return true
		}
		if strings.HasPrefix(within, w.prefix) || strings.HasPrefix(w.prefix, within) {
			return w.folder(ctx, name)
		}
		return true
	case !strings.HasPrefix(name, w.prefix), name <= w.after:
		return true
	case !entry.Type().IsRegular():
		return w.fail(name, errNotFile)
	}
	info, err := entry.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	if err != nil {
		return w.fail(name, err)
	}
	return w.yield(Object{Name: name, Size: info.Size(), Written: info.ModTime()}, nil)
}

func (w walk) fail(name string, err error) bool {
	return w.yield(Object{Name: name}, fmt.Errorf("list %s: %w", name, err))
}
