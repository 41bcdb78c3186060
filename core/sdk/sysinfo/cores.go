package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/sdk"
)

// CoreDumps describes the files in which the kernel, or a program that it calls, stores the memory
// of crashed processes.
type CoreDumps struct {
	Count      *int64           `usage:"count"`
	TotalBytes *int64           `usage:"total_bytes"` // allocated on disk; most of a core file is sparse
	NewestAge  *time.Duration   `usage:"newest_age"`
	ByProcess  map[string]int64 `usage:"by_process"` // by the names that the caller gives, or other
	Complete   *bool            `usage:"complete"`   // false if some files may have been missed or cannot be read
}

// CoreSearch says where [Cores] searches.
type CoreSearch struct {
	Folders []string  // directories on the appliance, below the root
	Names   []string  // of the product's own processes
	At      time.Time // the time to which the age of a file is counted; a file changed later has age 0
}

// The limits of a search (SEND-5). Directories can be large, and other programs fill them.
const (
	maxEntries = 10_000 // in all directories together
	maxDepth   = 3      // levels of directories below a named directory
)

// Cores searches for core files. It does not open them: name, size and time come from the
// directory. It follows no symbolic links, neither to files nor to directories, and counts a file
// that it finds twice only once.
//
// If an unknown program chooses the names of core files, the result is not complete.
//
// If a directory does not exist, may not be read or does not answer, the others are still searched,
// and the result is not complete. If all directories fail, Cores returns the first error other than
// [fs.ErrNotExist], or that one if there is no other.
func Cores(ctx context.Context, env sdk.Env, search CoreSearch) (CoreDumps, error) {
	names, all := machine{env}.coreNames(search.Names)
	s := coreScan{names: names, remaining: maxEntries, patience: lookup.Limit, complete: all, seen: map[fileID]bool{},
		byProcess: map[string]int64{}}
	var failed []error
	for _, folder := range search.Folders {
		if err := s.named(ctx, env, folder); err != nil {
			failed = append(failed, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return CoreDumps{}, fmt.Errorf("search for core files: %w", err)
	}
	if len(failed) == len(search.Folders) {
		return CoreDumps{}, fmt.Errorf("search for core files: %w", worst(failed))
	}
	if len(failed) > 0 {
		env.Log.Warn("a folder was not searched for core files", "folders", len(failed), "error", worst(failed))
		s.complete = false
	}
	return s.dumps(search.At), nil
}

func worst(failed []error) error {
	for _, err := range failed {
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return fs.ErrNotExist
}

func (s *coreScan) dumps(at time.Time) CoreDumps {
	d := CoreDumps{Count: known(s.count, true), TotalBytes: known(s.bytes, true), Complete: &s.complete}
	if s.count > 0 {
		age := max(at.Sub(s.newest).Truncate(time.Second), 0)
		d.NewestAge, d.ByProcess = &age, s.byProcess
	}
	return d
}
