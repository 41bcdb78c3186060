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

	"polycom.com/usagedata/core/usage"
)

// sight is what a search for core files has seen so far.
type sight struct {
	names    coreNames
	left     int // entries that may still be looked at
	seen     map[fileID]bool
	complete bool

	count, bytes int64
	newest       time.Time
	byProcess    map[string]int64
}

type fileID struct{ device, inode uint64 }

// folder looks through a folder and those beneath it. An entry that can't be looked at costs the completeness, not the
// rest. Only the path that was named may lead through links.
func (s *sight) folder(ctx context.Context, path string, depth int) error {
	how := os.O_RDONLY | syscall.O_DIRECTORY
	if depth < maxDepth {
		how |= syscall.O_NOFOLLOW
	}
	f, err := os.OpenFile(path, how, 0)
	if err != nil {
		return usage.Cause(err)
	}
	defer f.Close()
	for s.left > 0 {
		entries, err := f.ReadDir(min(atOnce, s.left))
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
	_, err = f.ReadDir(1)
	s.complete = s.complete && errors.Is(err, io.EOF)
	return nil
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
			s.core(entry, process)
		}
	}
}

func (s *sight) core(entry fs.DirEntry, process string) {
	info, err := entry.Info()
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
