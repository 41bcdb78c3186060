package main

import (
	"context"
	"io"
	"os"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
)

// appliance is what the API and the page look at, and decide about.
func (s *service) appliance() admin.Appliance {
	c := s.cycle()
	return admin.Appliance{
		Profile: s.settings.Installed.Profile, Version: version, Status: s.status, Spool: s.spool, Journal: s.journal, Now: s.clock.Now,
		Decision:  func() (consent.Decision, error) { return consent.Read(s.files.Disk, s.files.Decision) },
		Decisions: consent.History{Disk: s.files.Disk, Path: s.files.History}.Read,
		Decide:    func(d consent.Decision) error { return cycle.Decide(d, s.files, s.spool, s.journal) },
		Preview: func(ctx context.Context) ([]byte, error) {
			accepted, _ := s.accepted()
			made, err := c.Preview(ctx, accepted)
			if err != nil {
				return nil, err
			}
			return made.Body, nil
		},
		Sent:    func() ([]byte, error) { return os.ReadFile(s.files.Analytics) },
		Archive: func(io.Writer) error { return nil },
	}
}
