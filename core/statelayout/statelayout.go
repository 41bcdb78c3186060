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

// latest is the layout that this version writes. It is raised when an older version would misread
// what is written from then on, not with every file that is added.
//
// Since 1, a decision may list the fields that it accepts: an older version would ignore the list,
// and send what the administrator has not accepted. Since 2, two files have other names: an older
// version would take a budget that it cannot find for one of which nothing is spent. Since 3, the
// key is sealed, and the mark has a copy.
const latest = 3

// The mark is a file of one line, `usagedata-state/3`. A folder without one is empty, or was made
// before there were marks: layout 0.
//
// Its copy says what a damaged mark has said: an empty one must not make a newer version's folder
// look older. Every version that writes layout 3 or later writes both, so that a damaged mark
// without a copy is that of an earlier layout.
const (
	markName = "format"
	copyName = "format.copy"
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
	if err != nil || was.whole && was.layout == latest && !f.olderRan() {
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
	if err := f.bring(was.layout); err != nil || was.whole && was.layout == latest {
		return err
	}
	return f.writeMarks(was)
}

// bring does what lies between a layout and the latest one. An older version that ran in between
// may have made a key.
func (f Folders) bring(layout int) (err error) {
	older := f.olderRan()
	switch {
	case layout < 2:
		err = f.rename()
	case older:
		err = f.takeBack()
	}
	if err == nil && (layout < 3 || older) {
		err = f.forwardKey()
	}
	return err
}

// forwardKey leaves no key if somebody denies meanwhile. A denial does not wait for us, and writes the decision before
// it destroys the key: either it finds the key that we have written, or we find its decision.
func (f Folders) forwardKey() error {
	err := f.Key().Forward()
	if f.Decision().Denied() {
		err = errors.Join(err, f.Key().Destroy())
	}
	return err
}

// writeMarks writes mark and copy once the folder has the latest layout. After a crash between the
// two, the higher one counts.
func (f Folders) writeMarks(was marks) error {
	for _, name := range []string{markName, copyName} {
		if err := durable.WriteFile(f.Disk, f.state(name), []byte(markOf(latest)), 0o640); err != nil {
			return err
		}
	}
	if was.damaged != "" {
		f.mended(was.damaged, "it is written again, and nothing is lost")
	}
	return nil
}

// markOf returns the text of a layout's mark.
func markOf(layout int) string { return fmt.Sprintf("%s%d\n", mark, layout) }

// marks are what mark and copy say together.
type marks struct {
	layout  int    // the higher one
	whole   bool   // both say so
	damaged string // the name of one that was written and can't be read
}

// layout reads mark and copy, and returns a layout that this version knows.
func (f Folders) layout() (marks, error) {
	first, damaged := f.readMark(markName)
	second, copyDamaged := f.readMark(copyName)
	m := marks{layout: max(first, second), whole: first == second}
	switch {
	case copyDamaged && m.layout == 0:
		return m, usage.WithHint(errors.New("its mark and the copy of it are damaged"),
			"remove "+f.state(markName)+" and "+f.state(copyName)+" if no newer version was ever installed")
	case copyDamaged:
		m.damaged = copyName
	case damaged:
		m.damaged = markName
	}
	if m.layout > latest {
		return m, usage.WithHint(fmt.Errorf("%w: its layout is %d, this version knows %d", errNewer, m.layout, latest),
			"install the newer version again; `usagedata consent deny` works with this one too")
	}
	return m, nil
}

// readMark returns 0 if there is no mark of that name, and if it is damaged.
func (f Folders) readMark(name string) (layout int, damaged bool) {
	text, _, err := durable.ReadFile(f.Disk, f.state(name), maxMark)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false
	}
	layout, malformed := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(string(text), mark), "\n"))
	if err != nil || malformed != nil || layout < 1 || string(text) != markOf(layout) {
		return 0, true
	}
	return layout, false
}
