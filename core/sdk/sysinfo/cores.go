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

// CoreDumps are the files in which the kernel, or a program that it calls, keeps the memory of processes that crashed.
type CoreDumps struct {
	Count      *int64           `usage:"count"`
	TotalBytes *int64           `usage:"total_bytes"` // that they take on the disk: most of a core file is a hole
	NewestAge  *time.Duration   `usage:"newest_age"`
	ByProcess  map[string]int64 `usage:"by_process"` // by the caller's names, and other
	Complete   *bool            `usage:"complete"`   // false: there was more to look at than is looked at, or less may be
}

// CoreSearch is where to look for core files.
type CoreSearch struct {
	Folders []string  // on the appliance, beneath the root
	Names   []string  // of the product's own processes
	At      time.Time // from which the age is counted, to the file's last change; a later file is 0 old
}

// Bounds on a search (SEND-5): folders can be large, and someone else fills them.
const (
	maxEntries = 10_000 // of all folders together
	maxDepth   = 3      // folders beneath a folder that was named
)

// Cores looks for core files. Nothing of them is opened: name, size and time are what their folder says. Links are not
// followed, neither to files nor to folders, and a file that is found twice is counted once.
//
// Core files whose names cannot be known, because a program that is not known here chooses them, cost the completeness.
//
// A folder that does not exist, that may not be read, or that does not answer costs itself: the rest is not complete.
// If no folder is left, the answer is why: the first reason that says more than that it does not exist.
func Cores(ctx context.Context, env sdk.Env, search CoreSearch) (CoreDumps, error) {
	names, all := machine{env}.coreNames(search.Names)
	s := sight{names: names, left: maxEntries, patience: lookup.Limit, complete: all, seen: map[fileID]bool{},
		byProcess: map[string]int64{}}
	var failed []error
	for _, folder := range search.Folders {
		if err := s.named(ctx, env, folder); err != nil {
			failed = append(failed, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return CoreDumps{}, fmt.Errorf("look for core files: %w", err)
	}
	if len(failed) == len(search.Folders) {
		return CoreDumps{}, fmt.Errorf("look for core files: %w", worst(failed))
	}
	if len(failed) > 0 {
		env.Log.Warn("a folder was not looked through for core files", "folders", len(failed), "error", worst(failed))
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

func (s *sight) dumps(at time.Time) CoreDumps {
	d := CoreDumps{Count: known(s.count, true), TotalBytes: known(s.bytes, true), Complete: &s.complete}
	if s.count > 0 {
		age := max(at.Sub(s.newest).Truncate(time.Second), 0)
		d.NewestAge, d.ByProcess = &age, s.byProcess
	}
	return d
}
