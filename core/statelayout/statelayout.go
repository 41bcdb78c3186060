// Package statelayout says which layout the state folder has, so that a newer version of this service can bring it forward
// and an older one does not misread what a newer one has written.
package statelayout

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// Layout is the one that this version writes. It is raised when an older version would misread what is written from
// then on, not with every file that is added.
const Layout = 1

// The mark is a file of one line, `usagedata-state/1`. A folder without one is empty, or was made before there were
// marks: layout 0.
const (
	markName = "format"
	mark     = "usagedata-state/"
	maxMark  = 100 // bytes
)

// ErrNewer says that a newer version has written the folder.
var ErrNewer = errors.New("a newer version has written it")

// steps bring a folder from the layout of their index to the next. Each can be repeated: after a crash in the middle it
// begins anew.
//
// From 0 to 1: files have come, a decision may hold more, and an older version ignores what it does not know of it; but
// it would send what an administrator has not accepted of a profile.
var steps = [Layout]func(disk durable.Disk, dir string) error{
	func(durable.Disk, string) error { return nil },
}

// Open brings the folder to this version's layout, and refuses one that a newer version has written: its documents, its
// budget and its decision may say what this version can't read, and guessing could send twice, too much, or against the
// administrator's will. A crash leaves the former layout, or this.
func Open(disk durable.Disk, dir string) error {
	if err := open(disk, dir); err != nil {
		return fmt.Errorf("open the state folder %s: %w", dir, err)
	}
	return nil
}

func open(disk durable.Disk, dir string) error {
	path := filepath.Join(dir, markName)
	was, err := read(disk, path)
	if err != nil || was == Layout {
		return err
	}
	unlock, err := durable.Lock(disk, path)
	if err != nil {
		return err
	}
	defer unlock()
	if was, err = read(disk, path); err != nil {
		return err
	}
	for _, forward := range steps[was:] {
		if err := forward(disk, dir); err != nil {
			return err
		}
	}
	return durable.WriteFile(disk, path, fmt.Appendf(nil, "%s%d\n", mark, Layout), 0o640)
}

// read returns a layout that this version knows.
func read(disk durable.Disk, path string) (int, error) {
	text, _, err := durable.ReadFile(disk, path, maxMark)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	layout, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(string(text), mark), "\n"))
	switch {
	case err != nil || layout < 1 || !strings.HasPrefix(string(text), mark):
		return 0, usage.WithHint(errors.New("its mark is damaged"), "write the line "+mark+strconv.Itoa(Layout)+" into "+path+
			" if no newer version was ever installed")
	case layout > Layout:
		return 0, usage.WithHint(fmt.Errorf("%w: its layout is %d, this version knows %d", ErrNewer, layout, Layout),
			"install the newer version again; `usagedata consent deny` works with this one too")
	}
	return layout, nil
}
