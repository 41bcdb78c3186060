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
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/window"
)

// uploadLimit bounds one upload, name look-up and handshake included.
const uploadLimit = 60 * time.Second

// foldersOf returns where a configuration has the service keep its files. A product that cannot be used may have left
// the file of the last document unnamed.
func foldersOf(c config.Config) statelayout.Folders {
	return statelayout.Folders{Disk: durable.OS{}, State: c.Folders.State, Log: c.Folders.Log, Analytics: c.Analytics,
		Product: c.Product}
}

// service is a configuration put together: the rooms, each with its stores.
type service struct {
	stores   statelayout.Stores
	settings config.Settings
	clock    *clock.Clock
	window   window.Window
	slot     time.Duration
	host     *pluginhost.Host
	gate     *gate.Gate
	sender   *upload.Sender
	log      hclog.Logger
	known    atomic.Pointer[known] // the names that were learnt last
}

// open reads the configuration and makes the folders. Its errors are configuration errors: exit 2. A command tells at
// the terminal what it has done, and of the log only what is wrong.
func open(path string, stderr io.Writer) (*service, error) { return openAs(path, stderr, hclog.Warn) }

// openService is for what stays, and tells all that it logs to whoever started it too: systemd, most of the time.
func openService(path string, std streams) (*service, error) {
	s, err := openAs(path, std.err, hclog.Trace)
	if err == nil && len(std.ignored) > 0 {
		s.log.Warn("variables of the environment have no effect here", "ignored", strings.Join(std.ignored, ", "))
	}
	return s, err
}

func openAs(path string, stderr io.Writer, told hclog.Level) (*service, error) {
	settings, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	if err := actAsOwner(settings.Config); err != nil {
		return nil, err
	}
	s := &service{settings: settings, clock: clock.Local()}
	s.log = newLog(settings.Config, stderr, told, s.clock.Now)
	if len(settings.Late) > 0 {
		s.log.Warn("files of sources did not answer in time", "settings", strings.Join(settings.Late, ", "))
	}
	folders, installed := foldersOf(settings.Config), settings.Installed
	folders.Mended = s.mended
	if s.stores, err = folders.Open(installed.Profile.Limits, installed.Sum); err != nil {
		return nil, err
	}
	return s, s.openRooms()
}

// mended tells the administrator once that a damaged file was replaced, and what that costs: in the log and in the
// journal, from which `status` and `check` read it.
func (s *service) mended(says string) {
	s.log.Warn(says)
	line := journal.Entry{Time: s.clock.Now(), Outcome: journal.Mended, Reason: says}
	if err := foldersOf(s.settings.Config).Journal().Record(line); err != nil {
		s.log.Error("record in journal", "outcome", journal.Mended, "error", err)
	}
}

// reading is for what reads the product: it ends when the window closes, unless an administrator insists.
func (s *service) reading(ctx context.Context, insists bool) (context.Context, context.CancelFunc, error) {
	if insists {
		within, cancel := context.WithCancel(ctx)
		return within, cancel, nil
	}
	return s.window.While(ctx, s.clock.Now())
}

func (s *service) openRooms() (err error) {
	p := s.settings.Installed.Profile
	s.window = window.Window{Before: p.Blackout.Before, After: p.Blackout.After}
	seed, err := s.stores.SlotSeed.For(s.settings.Slot)
	if err != nil {
		return err
	}
	s.slot = s.window.Slot(seed, cycle.Room)
	s.gate = &gate.Gate{Window: s.window, Budget: s.stores.Budget, Consent: cycle.Consent, Now: s.clock.Now,
		Fallback: s.fallback()}
	if s.sender, err = upload.New(s.delivery()); err != nil {
		return err
	}
	s.host = &pluginhost.Host{
		Product: s.settings.Installed, Run: s.settings.Folders.Run, Root: s.settings.Root, Sources: s.sources(), Log: s.log,
		Scrub: s.scrubber(),
	}
	return nil
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
	}
}
