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

// The limits of the walk through a directory. Beyond them its size is not known.
const (
	maxFiles  = 100_000
	maxDepth  = 32
	batchSize = 256 // directory entries held in memory
)

// blockSize is the unit in which the kernel counts the blocks of a file.
const blockSize = 512

// sizeOf returns the bytes on disk of a file, or of a directory with everything below it. The path
// itself may be a symbolic link, because the administrator chose it; links below it are not
// followed.
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

// walk holds the sum so far.
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
	// O_NOFOLLOW protects against a directory that was replaced by a link in the meantime.
	folder, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|nofollow(depth), 0)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer folder.Close()
	for {
		entries, err := folder.ReadDir(batchSize)
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
	info, err := entry.Info() // of a link itself, not of its target
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.add(filepath.Join(path, entry.Name()), info, depth)
}

// gone reports whether a file was removed in the meantime: a database creates and removes files all
// the time.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }
