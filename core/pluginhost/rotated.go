package pluginhost

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"polycom.com/usagedata/core/rotation"
)

// Bounds on the search for the rotated predecessors of a configured file.
const (
	maxRotated = 255     // files that are granted in addition to the configured one
	maxEntries = 100_000 // entries of the folder that are examined
	batch      = 1_000   // entries that are held at the same time
)

// withRotated returns at if that is a folder; otherwise the file with its rotated predecessors in
// dir, where it has the given name even if at is the target of a link, and dir to be listed. complete
// is false if there may be more of them than were found within the bounds. A file created later
// cannot be read in this cycle.
func withRotated(at, dir, name string) (files, folder []string, complete bool) {
	if info, err := os.Stat(at); err == nil && info.IsDir() {
		return []string{at}, nil, true
	}
	files, folder = []string{at}, []string{dir}
	opened, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return files, folder, errors.Is(err, fs.ErrNotExist)
	}
	defer opened.Close()
	names, complete := rotated(opened, name)
	for _, predecessor := range names {
		files = append(files, filepath.Join(dir, predecessor))
	}
	return files, folder, complete
}

// lister is an open folder.
type lister interface {
	ReadDir(most int) ([]fs.DirEntry, error)
}

// rotated returns the names of the regular files into which a file was rotated. It skips links,
// because a link could lead to any other file.
func rotated(folder lister, name string) (found []string, complete bool) {
	defer func() { slices.Sort(found) }()
	isOf := rotation.Of(name)
	for examined := 0; examined < maxEntries; examined += batch {
		entries, err := folder.ReadDir(batch)
		for _, entry := range entries {
			switch {
			case entry.Name() == name, !entry.Type().IsRegular(), !isOf(entry.Name()):
			case len(found) == maxRotated:
				return found, false
			default:
				found = append(found, entry.Name())
			}
		}
		if err != nil {
			return found, errors.Is(err, io.EOF)
		}
	}
	return found, false
}
