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

// sight is what a search for core files has seen so far.
type sight struct {
	names    coreNames
	left     int           // entries that may still be looked at
	patience time.Duration // how long the kernel has for the next answer
	seen     map[fileID]bool
	complete bool

	count, bytes int64
	newest       time.Time
	byProcess    map[string]int64
}

type fileID struct{ device, inode uint64 }

// named looks through a folder that the caller names. Only its path may lead through links.
func (s *sight) named(ctx context.Context, env sdk.Env, folder string) error {
	path, err := ask(ctx, s, func() (string, error) { return env.Path(folder), nil })
	if err != nil {
		return err
	}
	return s.folder(ctx, path, maxDepth)
}

// folder looks through a folder and those beneath it. An entry that can't be looked at costs the completeness, not the
// rest.
func (s *sight) folder(ctx context.Context, path string, depth int) error {
	how := os.O_RDONLY | syscall.O_DIRECTORY
	if depth < maxDepth {
		how |= syscall.O_NOFOLLOW
	}
	f, err := ask(ctx, s, func() (*os.File, error) { return os.OpenFile(path, how, 0) })
	if err != nil {
		return usage.Cause(err)
	}
	for s.left > 0 {
		entries, err := s.next(ctx, f, min(atOnce, s.left))
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

// next returns the next entries of a folder. The folder is closed where it is read: while it does not answer, it is in
// use. One that is not read to its end is closed when it is garbage.
func (s *sight) next(ctx context.Context, f *os.File, most int) ([]fs.DirEntry, error) {
	return ask(ctx, s, func() ([]fs.DirEntry, error) {
		entries, err := f.ReadDir(most)
		if err != nil {
			_ = f.Close()
		}
		return entries, err
	})
}

// ask waits for an answer of the kernel as long as the search still may. Each that does not come halves that time: all
// of them together cost twice the first.
func ask[T any](ctx context.Context, s *sight, question func() (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, lookup.Late{})
	defer cancel()
	got, err := lookup.Begin(question).Wait(ctx)
	if errors.Is(err, lookup.Late{}) {
		s.patience /= 2
	}
	return got, err
}

// entry goes by what the folder says that the entry is: a link is neither a folder nor a file.
func (s *sight) entry(ctx context.Context, folder string, entry fs.DirEntry, depth int) {
	s.left--
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

func (s *sight) core(ctx context.Context, entry fs.DirEntry, process string) {
	info, err := ask(ctx, s, entry.Info)
	if errors.Is(err, fs.ErrNotExist) {
		return // removed while we looked
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
