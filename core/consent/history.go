package consent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// History is every decision that was made (CONS-2): a file of one decision a line, to which lines are added and from
// which none is ever taken. Fields are not in it: the profile's version says which they were.
type History struct {
	Disk durable.Disk
	Path string
}

// full is the size in bytes, some ten thousand decisions, from which on nobody allows any more. Denials have as much
// again: they must not depend on anything.
const full = 4 << 20

// ErrFull says that there is no room for another decision that allows.
var ErrFull = errors.New("the history of decisions is full")

// Record adds a decision, durably before it returns. A crash in the middle leaves a torn line, which costs this one and
// no other.
func (h History) Record(d Decision) error {
	if d.Fields = nil; d.check() != nil {
		return fmt.Errorf("record a decision: %w", d.check())
	}
	room, err := h.room(d.Choice)
	switch {
	case err != nil:
		return fmt.Errorf("record a decision: %w", err)
	case !room && d.Choice != Allowed:
		return nil // it is in the journal
	case !room:
		return usage.WithHint(fmt.Errorf("record a decision: %w", ErrFull), "take "+h.Path+
			" away to a safe place, and decide again")
	}
	line, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("record a decision: %w", err)
	}
	return durable.Append(h.Disk, h.Path, line, 0o640)
}

func (h History) room(c Choice) (bool, error) {
	most := int64(full)
	if c != Allowed {
		most *= 2
	}
	info, err := h.Disk.Lstat(h.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return err == nil && info.Size() < most, err
}

// Read returns the decisions, the oldest first. Lines that are torn or not ours are skipped.
func (h History) Read() ([]Decision, error) {
	text, _, err := durable.ReadFile(h.Disk, h.Path, 2*full+maxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the history of decisions: %w", err)
	}
	var all []Decision
	for line := range bytes.Lines(text) {
		if d, err := decode(line); err == nil {
			all = append(all, d)
		}
	}
	return all, nil
}
