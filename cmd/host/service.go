package main

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/clock"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/window"
)

// uploadLimit bounds one upload, name look-up and handshake included.
const uploadLimit = 60 * time.Second

// foldersOf returns the folders of the service's files. If the product cannot be used, the path of
// the last document may be empty.
func foldersOf(c config.Config) statelayout.Folders {
	return statelayout.Folders{Disk: durable.OS{}, State: c.Folders.State, Log: c.Folders.Log, Analytics: c.Analytics,
		Product: c.Product, Lab: c.Lab, History: sent.Bounds{Days: c.History.Days, Size: c.History.Size}}
}

// service holds a loaded configuration and the stores and parts made from it.
type service struct {
	stores   statelayout.Stores
	settings config.Settings
	clock    *clock.Clock
	window   window.Window
	slot     time.Duration
	undrawn  bool // the slot is not drawn yet, which only a command that changes nothing encounters
	host     *pluginhost.Host
	gate     *gate.Gate
	sender   *upload.Sender
	log      hclog.Logger
	known    atomic.Pointer[knownNames] // the names that were read last
}

// open reads the configuration and makes the folders. Its errors are configuration errors: exit 2.
// From the log, a command shows only faults of the host, as sentences.
func open(path string, std streams) (*service, error) {
	s, err := loadService(path, true)
	if err != nil {
		return nil, err
	}
	s.log = newLog(s.settings.Config, logIn(s.settings.Config), std.sink(s.settings.Config, s.clock.Now), s.clock.Now)
	return s, s.openStores()
}

// openService is for resident programs. They also log to standard error, usually for systemd.
func openService(path string, std streams) (*service, error) {
	s, err := loadService(path, true)
	if err != nil {
		return nil, err
	}
	c := s.settings.Config
	s.log = newLog(c, logIn(c), linesTo(std.err, c, s.clock.Now), s.clock.Now)
	if len(std.ignored) > 0 {
		s.log.Warn("environment variables that are set, but ignored", "ignored", strings.Join(std.ignored, ", "))
	}
	return s, s.openStores()
}

// openToLook is for a command that only reads: it makes no file or folder and changes none,
// including the log. State that does not exist yet is shown as the service would begin it.
func openToLook(path string, std streams) (*service, error) {
	s, err := loadService(path, false)
	if err != nil {
		return nil, err
	}
	s.log = newLog(s.settings.Config, io.Discard, std.sink(s.settings.Config, s.clock.Now), s.clock.Now)
	installed := s.settings.Installed
	s.stores, err = foldersOf(s.settings.Config).Look(installed.Profile.Limits, installed.Sum)
	if err != nil {
		return nil, err
	}
	seed, _ := s.stores.SlotSeed.Look(s.settings.Slot)
	s.undrawn = seed == nil
	return s, s.build(seed)
}

// loadService reads the configuration. After that, root acts as the user that owns the state; runs
// says whether to make the run folder for that user.
func loadService(path string, runs bool) (*service, error) {
	settings, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	return &service{settings: settings, clock: clock.Local()}, actAsOwner(settings.Config, runs)
}

func (s *service) openStores() (err error) {
	if len(s.settings.Late) > 0 {
		s.log.Warn("reading files of sources took too long", "settings", strings.Join(s.settings.Late, ", "))
	}
	folders, installed := foldersOf(s.settings.Config), s.settings.Installed
	folders.Mended = s.mended
	if s.stores, err = folders.Open(installed.Profile.Limits, installed.Sum); err != nil {
		return err
	}
	seed, err := s.stores.SlotSeed.For(s.settings.Slot)
	if err != nil {
		return err
	}
	return s.build(seed)
}

// mended reports to the administrator, once, that a damaged file was replaced, and the cost of
// that: in the log, and in the journal, from which `status` and `check` read it.
func (s *service) mended(says string) {
	s.log.Warn(says)
	line := journal.Entry{Time: s.clock.Now(), Outcome: journal.Mended, Reason: says}
	if err := foldersOf(s.settings.Config).Journal().Record(line); err != nil {
		s.log.Error("record in journal", "outcome", journal.Mended, "error", err)
	}
}

// reading returns the context for reading the product: it ends when the window closes, unless an
// administrator insists.
func (s *service) reading(ctx context.Context, anyTime bool) (context.Context, context.CancelFunc, error) {
	if anyTime {
		within, cancel := context.WithCancel(ctx)
		return within, cancel, nil
	}
	return s.window.While(ctx, s.clock.Now())
}

func (s *service) build(seed []byte) (err error) {
	p := s.settings.Installed.Profile
	s.window = window.Window{Before: p.Blackout.Before, After: p.Blackout.After}
	s.slot = s.window.Slot(seed, cycle.SlotMargin)
	s.gate = s.newGate()
	if s.sender, err = upload.New(s.delivery()); err != nil {
		return err
	}
	s.host = &pluginhost.Host{
		Product: s.settings.Installed, Run: s.settings.Folders.Run, Root: s.settings.Root, Sources: s.sources(),
		Log: s.log, Scrub: s.scrubber(), Seen: new(product.Seen),
	}
	return nil
}

func (s *service) newGate() *gate.Gate {
	return &gate.Gate{Window: s.window, Budget: s.stores.Budget, Consent: cycle.Consent, Now: s.clock.Now,
		Fallback: s.fallback()}
}

func (s *service) sources() map[string]any {
	sources := map[string]any{}
	for name, settings := range s.settings.Sources {
		sources[name] = settings
	}
	return sources
}

func (s *service) cycle() *cycle.Cycle {
	return &cycle.Cycle{
		Stores: s.stores, Profile: s.settings.Installed.Profile, Version: version, Collector: s.host, Names: s.names,
		Sender: s.sender, Wire: s.gate.Wire, Window: s.window, Log: s.log, Now: s.clock.Now,
		ByFile: s.settings.ByFile(),
	}
}
