package main

import (
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/clock"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// uploadLimit bounds one upload, name look-up and handshake included.
const uploadLimit = 60 * time.Second

// records are what a decision changes. They need the folders only: an administrator can withdraw also when the product,
// its plugin or a certificate is broken (CONS-2).
type records struct {
	files   cycle.Files
	spool   *spool.Spool
	journal *journal.Journal
}

// openRecords makes the folders where they are missing.
func openRecords(c config.Config, analytics string, maxBytes int64) (r records, err error) {
	disk := durable.OS{}
	if err := actAsOwner(c); err != nil {
		return r, err
	}
	for _, folder := range []string{c.Folders.State, c.Folders.Log} {
		if err := durable.MakeFolder(disk, folder, 0o750); err != nil {
			return r, noFolder(err)
		}
	}
	r.files = cycle.FilesIn(disk, c.Folders.State, analytics)
	r.journal = journal.Open(disk, filepath.Join(c.Folders.Log, "journal.jsonl"))
	r.spool, err = spool.Open(disk, filepath.Join(c.Folders.State, "spool"), maxBytes)
	return r, err
}

func noFolder(err error) error {
	return usage.WithHint(fmt.Errorf("make folder: %w", err),
		"give under `folders` one that the service's user may make and write")
}

// service is a configuration put together: the rooms, each with its files.
type service struct {
	records
	settings config.Settings
	clock    *clock.Clock
	window   window.Window
	slot     time.Duration
	budget   *budget.Budget
	host     *pluginhost.Host
	gate     *gate.Gate
	sender   *upload.Sender
	log      hclog.Logger
}

// open reads the configuration and makes the folders. Its errors are configuration errors: exit 2. A command tells at
// the terminal what it has done, and of the log only what is wrong.
func open(path string, stderr io.Writer) (*service, error) { return openAs(path, stderr, hclog.Warn) }

// openService is for what stays, and tells all that it logs to whoever started it too: systemd, most of the time.
func openService(path string, stderr io.Writer) (*service, error) {
	return openAs(path, stderr, hclog.Trace)
}

func openAs(path string, stderr io.Writer, told hclog.Level) (*service, error) {
	settings, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	if err := actAsOwner(settings.Config); err != nil {
		return nil, err
	}
	if err := durable.MakeFolder(durable.OS{}, filepath.Dir(settings.Analytics), 0o750); err != nil {
		return nil, noFolder(err)
	}
	s := &service{settings: settings, clock: clock.Local()}
	s.records, err = openRecords(settings.Config, settings.Analytics, settings.Installed.Profile.Limits.Spool)
	if err != nil {
		return nil, err
	}
	// Not for a denial: it only takes away, and every version can read it.
	if err := statelayout.Open(s.files.Disk, settings.Folders.State); err != nil {
		return nil, err
	}
	s.log = newLog(settings.Config, stderr, told)
	return s, s.openRooms()
}

func (s *service) openRooms() (err error) {
	p, state := s.settings.Installed.Profile, s.settings.Folders.State
	s.window = window.Window{Before: p.Blackout.Before, After: p.Blackout.After}
	if s.slot, err = cycle.Slot(s.files.Disk, state, s.window, s.settings.Slot); err != nil {
		return err
	}
	if s.budget, err = budget.Open(s.files.Disk, filepath.Join(state, "budget.json"), p.Limits.Hour); err != nil {
		return err
	}
	if damage := s.budget.Damage(); damage != nil {
		s.log.Warn("the record of sent bytes is damaged: this clock hour counts as spent", "error", damage)
	}
	s.gate = &gate.Gate{Window: s.window, Budget: s.budget, Consent: s.allowed, Now: s.clock.Now, Fallback: s.fallback()}
	if s.sender, err = upload.New(s.delivery()); err != nil {
		return err
	}
	s.host = &pluginhost.Host{
		Product: s.settings.Installed, Run: s.settings.Folders.Run, Root: s.settings.Root, Sources: s.sources(), Log: s.log,
		Scrub: s.scrubber(),
	}
	return nil
}

// allowed is what the gate asks at every read and write.
func (s *service) allowed() error { return consent.Check(s.files.Disk, s.files.Decision) }

func (s *service) sources() map[string]any {
	sources := map[string]any{}
	for name, settings := range s.settings.Sources {
		sources[name] = settings
	}
	return sources
}

func (s *service) cycle() *cycle.Cycle {
	return &cycle.Cycle{
		Profile: s.settings.Installed.Profile, Binary: s.settings.Installed.Sum, Version: version, Files: s.files,
		Collector: s.host, Names: s.names,
		Sender: s.sender, Wire: s.gate.Wire, Window: s.window, Budget: s.budget, Spool: s.spool, Journal: s.journal,
		Log: s.log, Now: s.clock.Now,
	}
}
