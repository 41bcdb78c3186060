package consent

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// full is the size in bytes, some ten thousand decisions, at which nothing more can be allowed.
// Denials have as much again, because a denial must not depend on anything.
const full = 4 << 20

// errFull is returned if there is no room for another decision that allows.
var errFull = errors.New("the history of decisions is full")

// Record adds a decision to the history (CONS-2), durably before it returns. A crash during the
// write leaves a torn line: this decision is lost, and no other. The history has one decision a
// line; lines are added and never removed. It lists no fields: they follow from the profile's
// version.
func (s Store) Record(d Decision) error {
	d.Product = cmp.Or(d.Product, s.product)
	if d.Fields, d.ID, d.After = nil, "", ""; d.check() != nil {
		return fmt.Errorf("record a decision: %w", d.check())
	}
	room, err := s.room(d.Choice)
	switch {
	case err != nil:
		return fmt.Errorf("record a decision: %w", err)
	case !room && d.Choice != Allowed:
		return nil // it is in the journal
	case !room:
		return usage.WithHint(fmt.Errorf("record a decision: %w", errFull), "move "+s.history+
			" to a safe place, and decide again")
	}
	line, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("record a decision: %w", err)
	}
	return durable.Append(s.disk, s.history, line, 0o640)
}

func (s Store) room(c Choice) (bool, error) {
	most := int64(full)
	if c != Allowed {
		most *= 2
	}
	info, err := s.disk.Lstat(s.history)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return err == nil && info.Size() < most, err
}

// maxHistory is more bytes than [Store.Record] ever makes of the history.
const maxHistory = 2*full + maxSize

// MendHistory displaces the history if it is not a plain file, or longer than it can be, and
// reports whether it did. The next decision begins a new one.
func (s Store) MendHistory() (displaced bool, err error) {
	displaced, err = durable.MendPlain(s.disk, s.history)
	if info, missing := s.disk.Lstat(s.history); missing == nil && info.Size() > maxHistory {
		return true, errors.Join(err, durable.Displace(s.disk, s.history))
	}
	return displaced, err
}

// History returns all recorded decisions, the oldest first. It skips lines that are torn or not
// ours.
func (s Store) History() ([]Decision, error) {
	text, _, err := durable.ReadFile(s.disk, s.history, maxHistory)
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
