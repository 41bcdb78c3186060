package networkusage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
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
	case len(found) > MaxFiles:
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
