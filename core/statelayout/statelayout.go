// Package statelayout defines the files in which the service keeps its state. It opens the store of
// each, once, and brings a folder that an earlier version has written to this version's layout; it
// refuses a folder of a newer version.
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

// latest is the layout that this version writes. It is raised only if an older version would
// misread the files written from then on, not for every added file.
//
// Since 1, a decision may list the fields that it accepts: an older version would ignore the list,
// and send fields that the administrator has not accepted. Since 2, two files have other names: an
// older version that does not find its budget would assume that nothing is spent. Since 3, the key
// is sealed, and the mark has a copy.
const latest = 3

// The mark is a file of one line, `usagedata-state/3`. A folder without a mark is empty, or was
// made before there were marks: layout 0.
//
// Its copy replaces a damaged mark, because a damaged mark must not make a newer version's folder
// look older. Every version that writes layout 3 or later writes both, so a damaged mark without a
// copy belongs to an earlier layout.
const (
	markName = "format"
	copyName = "format.copy"
	mark     = "usagedata-state/"
	maxMark  = 100 // bytes
)

// errNewer means that a newer version has written the folder.
var errNewer = errors.New("it was written by a newer version")

// forward brings the state folder to this version's layout, and refuses a folder that a newer
// version has written: this version may be unable to read its documents, its budget and its
// decision, and guessing could send twice, too much, or against the administrator's will. A crash
// leaves either the former layout or this one.
func (f Folders) forward() error {
	err := f.toLayout()
	if err == nil {
		return nil
	}
	err = fmt.Errorf("open the state folder %s: %w", f.State, err)
	if usage.HintOf(err) == "" {
		err = usage.WithHint(err,
			"free some space, and make the service's user the owner of the folder and its files; "+
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
	if err := f.convert(was.layout); err != nil || was.whole && was.layout == latest {
		return err
	}
	return f.writeMarks(was)
}

// convert performs the steps from a layout to the latest. An older version that ran in between may
// have made a key.
func (f Folders) convert(layout int) (err error) {
	older := f.olderRan()
	switch {
	case layout < 2:
		err = f.rename()
	case older:
		err = f.takeOver()
	}
	if err == nil && (layout < 3 || older) {
		err = f.forwardKey()
	}
	return err
}

// forwardKey leaves no key if consent is denied meanwhile. A denial does not wait for us, and
// writes the decision before it destroys the key: either it finds the key that we have written, or
// we find its decision.
func (f Folders) forwardKey() error {
	err := f.Key().Forward()
	if f.Decision().Denied() {
		err = errors.Join(err, f.Key().Destroy())
	}
	return err
}

// writeMarks writes mark and copy after the folder has the latest layout. If we crash between the
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

// marks is the combined content of mark and copy.
type marks struct {
	layout  int    // the higher one
	whole   bool   // both have this layout
	damaged string // the name of the one that exists but cannot be read
}

// layout reads mark and copy, and returns an error unless this version knows the layout.
func (f Folders) layout() (marks, error) {
	first, damaged := f.readMark(markName)
	second, copyDamaged := f.readMark(copyName)
	m := marks{layout: max(first, second), whole: first == second}
	switch {
	case copyDamaged && m.layout == 0:
		return m, usage.WithHint(errors.New("the file that gives its layout and the copy of that file are damaged"),
			"remove "+f.state(markName)+" and "+f.state(copyName)+" if no newer version was ever installed")
	case copyDamaged:
		m.damaged = copyName
	case damaged:
		m.damaged = markName
	}
	if m.layout > latest {
		return m, usage.WithHint(fmt.Errorf("%w: its layout is %d, this version supports up to %d", errNewer, m.layout,
			latest),
			"install the newer version again; `usagedata consent deny` works with this one too")
	}
	return m, nil
}

// readMark returns layout 0 if the mark of that name is missing or damaged.
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
