// Package lab keeps the mark of a test system. Its documents say that they come from one, so that
// they count for nobody's statistics. The mark is not consent: it allows nothing, and a change of it
// neither begins nor cuts off an upload. It outlasts a denial, because the system stays a test
// system.
package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// Mark says whether the system is a test system, and who said so.
type Mark struct {
	Lab bool `json:"lab"`
	// Configured means that config.yaml marks the system. Then nothing else can change the mark, and
	// the other members are empty.
	Configured bool `json:"configured,omitempty"`
	// Time, Actor and Way are when, by whom and in which way the mark was set, as of a decision. They
	// are empty if it is not set, or if the file cannot be read.
	Time  time.Time `json:"time,omitzero"`
	Actor string    `json:"actor,omitempty"`
	Way   string    `json:"way,omitempty"`
}

// Sentence states the mark, with times in the zone.
func (m Mark) Sentence(zone *time.Location) string {
	switch {
	case m.Configured:
		return "yes, by `lab: true` in the configuration; its documents count for no statistics"
	case m.Lab && m.Actor != "":
		return fmt.Sprintf("yes, since %s by %s (%s); its documents count for no statistics",
			usage.Moment(m.Time, zone), m.Actor, m.Way)
	case m.Lab:
		return "yes, but the file that says who set it cannot be read; its documents count for no statistics"
	}
	return "no"
}

// Store keeps the mark in a file that exists only while the mark is set.
type Store struct {
	disk       durable.Disk
	path       string
	configured bool
}

// Open returns the [Store] of the file at path. configured says that config.yaml marks the system.
func Open(disk durable.Disk, path string, configured bool) Store {
	return Store{disk, path, configured}
}

// maxSize is larger than the file, in bytes.
const maxSize = 4 << 10

// Read returns the mark. A file that cannot be read still marks the system: a document too few in
// the statistics does less harm than one of a test system in them.
func (s Store) Read() Mark {
	if s.configured {
		return Mark{Lab: true, Configured: true}
	}
	text, _, err := durable.ReadFile(s.disk, s.path, maxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return Mark{}
	}
	var m Mark
	if err != nil || json.Unmarshal(text, &m) != nil || m.Time.IsZero() {
		m = Mark{}
	}
	m.Lab, m.Configured = true, false
	return m
}

// ErrConfigured is returned if config.yaml marks the system.
var ErrConfigured = usage.WithHint(errors.New("the configuration marks this system as a test system"),
	"remove `lab: true` from config.yaml, and restart the service")

// Change sets or removes the mark, durably. record is called before, only if that changes something,
// and an error of it prevents the change: a crash after it leaves a record of a change that was not
// made. A mark that is set keeps its time and actor.
func (s Store) Change(m Mark, record func() error) error {
	unlock, err := durable.Lock(s.disk, s.path)
	if err != nil {
		return fmt.Errorf("mark the test system: %w", err)
	}
	defer unlock()
	switch now := s.Read(); {
	case now.Configured && !m.Lab:
		return fmt.Errorf("unmark the test system: %w", ErrConfigured)
	case now.Lab == m.Lab:
		return nil
	}
	if err := record(); err != nil {
		return err
	}
	if err := s.write(m); err != nil {
		return fmt.Errorf("mark the test system: %w", err)
	}
	return nil
}

func (s Store) write(m Mark) error {
	if !m.Lab {
		return s.remove()
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return durable.WriteFile(s.disk, s.path, append(text, '\n'), 0o640)
}

// remove removes the file, and displaces anything else of its name.
func (s Store) remove() error {
	if info, err := s.disk.Lstat(s.path); err == nil && !info.Mode().IsRegular() {
		return durable.Displace(s.disk, s.path)
	}
	return durable.Remove(s.disk, s.path)
}
