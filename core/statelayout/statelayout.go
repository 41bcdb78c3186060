// Package statelayout knows the files in which the service keeps its state. It opens the store of
// each, once, and brings a folder that an earlier version has written to the layout of this one; a
// folder of a newer version is refused.
package statelayout

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// latest is the layout that this version writes. It is raised when an older version would misread what
// is written from then on, not with every file that is added.
//
// Since 1, a decision may list the fields that it accepts: an older version would ignore the list,
// and send what the administrator has not accepted. Since 2, two files have other names: an older
// version would take a budget that it cannot find for one of which nothing is spent.
const latest = 2

// The mark is a file of one line, `usagedata-state/2`. A folder without one is empty, or was made
// before there were marks: layout 0.
const (
	markName = "format"
	mark     = "usagedata-state/"
	maxMark  = 100 // bytes
)

// errNewer says that a newer version has written the folder.
var errNewer = errors.New("a newer version has written it")

// forward brings the state folder to this version's layout, and refuses one that a newer version
// has written: its documents, its budget and its decision may say what this version cannot read,
// and guessing could send twice, too much, or against the administrator's will. A crash leaves the
// former layout, or this.
func (f Folders) forward() error {
	err := f.toLayout()
	if err == nil {
		return nil
	}
	err = fmt.Errorf("open the state folder %s: %w", f.State, err)
	if usage.HintOf(err) == "" {
		err = usage.WithHint(err, "make room, and give the folder and its files to the service's user; "+
			"`usagedata consent deny` works meanwhile")
	}
	return err
}

func (f Folders) toLayout() error {
	was, err := f.layout()
	if err != nil || was == latest && !f.olderRan() {
		return err
	}
	unlock, err := durable.Lock(f.Disk, f.state(markName))
	if err != nil {
		return err
	}
	defer unlock()
	if was, err = f.layout(); err != nil {
		return err
	}
	if was == latest {
		return f.takeBack()
	}
	return f.rename()
}

// layout reads the mark, and returns a layout that this version knows.
func (f Folders) layout() (int, error) {
	text, _, err := durable.ReadFile(f.Disk, f.state(markName), maxMark)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	layout, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(string(text), mark), "\n"))
	switch {
	case err != nil || layout < 1 || !strings.HasPrefix(string(text), mark):
		// Without a mark the folder is brought forward from layout 0, which can be repeated.
		return 0, usage.WithHint(errors.New("its mark is damaged"),
			"remove "+f.state(markName)+" if no newer version was ever installed")
	case layout > latest:
		return 0, usage.WithHint(fmt.Errorf("%w: its layout is %d, this version knows %d", errNewer, layout, latest),
			"install the newer version again; `usagedata consent deny` works with this one too")
	}
	return layout, nil
}
