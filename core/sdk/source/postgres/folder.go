package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"polycom.com/usagedata/core/sdk"
)

// Bounds on the walk through a folder. Beyond them its size is not known.
const (
	maxFiles = 100_000
	maxDepth = 32
	atATime  = 256 // entries of a folder held in memory
)

// blockSize is what the kernel counts a file's blocks in.
const blockSize = 512

// sizeOf is what a file, or a folder with all beneath it, takes on disk, in bytes. The path itself may be a symbolic
// link, since the administrator names it; beneath it none is followed.
func sizeOf(ctx context.Context, path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return 0, sdk.NotAvailable(sdk.Malformed)
	}
	w := walk{ctx: ctx}
	err = w.add(path, info, 0)
	return w.bytes, err
}

// walk is the sum so far.
type walk struct {
	ctx   context.Context
	files int
	bytes int64
}

func (w *walk) add(path string, info fs.FileInfo, depth int) error {
	w.files++
	if w.files > maxFiles || depth > maxDepth {
		return fmt.Errorf("too many files in the folder: %w", sdk.NotAvailable(sdk.Unexplained))
	}
	if kept, ok := info.Sys().(*syscall.Stat_t); ok {
		w.bytes += kept.Blocks * blockSize
	}
	if !info.IsDir() {
		return nil
	}
	return w.folder(path, depth)
}

func (w *walk) folder(path string, depth int) error {
	// Not to follow what has become a link since it was looked at.
	folder, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|nofollow(depth), 0)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer folder.Close()
	for {
		entries, err := folder.ReadDir(atATime)
		for _, entry := range entries {
			if err := w.entry(path, entry, depth+1); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || err == nil && len(entries) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func nofollow(depth int) int {
	if depth == 0 {
		return 0
	}
	return syscall.O_NOFOLLOW
}

func (w *walk) entry(path string, entry fs.DirEntry, depth int) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	info, err := entry.Info() // of a link, not of what it points to
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.add(filepath.Join(path, entry.Name()), info, depth)
}

// gone: a database makes and removes files all the time.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }
