package main

import (
	"context"
	"os"
	"sync"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
)

// appliance is what the API and the page look at, and decide about.
func (s *service) appliance() admin.Appliance {
	c := s.cycle()
	// One at a time, whichever way they are asked for.
	previews := &admin.Previews{Window: s.window, Now: s.clock.Now, Make: func(ctx context.Context) ([]byte, error) {
		accepted, _ := s.accepted()
		made, err := c.Preview(ctx, accepted)
		if err != nil {
			return nil, err
		}
		return made.Body, nil
	}}
	return admin.Appliance{
		Profile: s.settings.Installed.Profile, Version: version, Status: s.status, Spool: s.spool, Journal: s.journal,
		Now:       s.clock.Now,
		Decision:  func() (consent.Decision, error) { return consent.Read(s.files.Disk, s.files.Decision) },
		Decisions: consent.History{Disk: s.files.Disk, Path: s.files.History}.Read,
		Decide:    func(d consent.Decision) error { return cycle.Decide(d, s.files, s.spool, s.journal) },
		Changing:  new(sync.Mutex),
		Preview:   previews.Preview,
		Sent:      func() ([]byte, error) { return os.ReadFile(s.files.Analytics) },
		Archive:   s.archive,
	}
}
