package sysinfo

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/usage"
)

// coreScan is the state of a search for core files.
type coreScan struct {
	names     coreNames
	remaining int           // number of entries that may still be looked at
	patience  time.Duration // how long to wait for the kernel's next answer
	seen      map[fileID]bool
	complete  bool

	count, bytes int64
	newest       time.Time
	byProcess    map[string]int64
}

type fileID struct{ device, inode uint64 }

// named searches a directory that the caller named. Only the path of this directory may contain
// symbolic links.
func (s *coreScan) named(ctx context.Context, env sdk.Env, folder string) error {
	path, err := ask(ctx, s, func() (string, error) { return env.Path(folder), nil })
	if err != nil {
		return err
	}
	return s.folder(ctx, path, maxDepth)
}

// folder searches a directory and those below it. If an entry cannot be read, the result is not
// complete, but the search continues.
func (s *coreScan) folder(ctx context.Context, path string, depth int) error {
	how := os.O_RDONLY | syscall.O_DIRECTORY
	if depth < maxDepth {
		how |= syscall.O_NOFOLLOW
	}
	f, err := ask(ctx, s, func() (*os.File, error) { return os.OpenFile(path, how, 0) })
	if err != nil {
		return usage.Cause(err)
	}
	for s.remaining > 0 {
		entries, err := s.next(ctx, f, min(batchSize, s.remaining))
		for _, entry := range entries {
			s.entry(ctx, path, entry, depth)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return usage.Cause(err)
		}
	}
	_, err = s.next(ctx, f, 1)
	s.complete = s.complete && errors.Is(err, io.EOF)
	return nil
}

// next returns the next entries of a directory. It closes the directory in the same goroutine that
// reads it, because the directory is in use until the kernel answers. A directory that is not read
// to its end is closed by the garbage collector.
func (s *coreScan) next(ctx context.Context, f *os.File, most int) ([]fs.DirEntry, error) {
	return ask(ctx, s, func() ([]fs.DirEntry, error) {
		entries, err := f.ReadDir(most)
		if err != nil {
			_ = f.Close()
		}
		return entries, err
	})
}

// ask waits for an answer of the kernel for at most s.patience. Each answer that does not come in
// time halves the patience, so that all of them together take at most twice the first.
func ask[T any](ctx context.Context, s *coreScan, question func() (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, lookup.TimeoutError{})
	defer cancel()
	got, err := lookup.Begin(question).Wait(ctx)
	if errors.Is(err, lookup.TimeoutError{}) {
		s.patience /= 2
	}
	return got, err
}

// entry handles a directory entry by the type in the directory: a symbolic link is neither a
// directory nor a file.
func (s *coreScan) entry(ctx context.Context, folder string, entry fs.DirEntry, depth int) {
	s.remaining--
	switch {
	case entry.IsDir() && depth == 0:
		s.complete = false
	case entry.IsDir():
		err := s.folder(ctx, filepath.Join(folder, entry.Name()), depth-1)
		s.complete = s.complete && (err == nil || errors.Is(err, fs.ErrNotExist))
	case entry.Type().IsRegular():
		if process, ok := s.names.of(entry.Name()); ok {
			s.core(ctx, entry, process)
		}
	}
}

func (s *coreScan) core(ctx context.Context, entry fs.DirEntry, process string) {
	info, err := ask(ctx, s, entry.Info)
	if errors.Is(err, fs.ErrNotExist) {
		return // removed in the meantime
	}
	status, ok := statusOf(info)
	if err != nil || !ok {
		s.complete = false
		return
	}
	id := fileID{status.Dev, status.Ino}
	if s.seen[id] {
		return
	}
	s.seen[id] = true
	s.count++
	s.bytes += status.Blocks * sector
	s.byProcess[process]++
	if changed := info.ModTime(); changed.After(s.newest) {
		s.newest = changed
	}
}

func statusOf(info fs.FileInfo) (*syscall.Stat_t, bool) {
	if info == nil {
		return nil, false
	}
	status, ok := info.Sys().(*syscall.Stat_t)
	return status, ok
}
