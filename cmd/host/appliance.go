package main

import (
	"context"
	"errors"
	"fmt"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/lab"
)

// appliance returns the appliance that the API and the page show, and decide about.
func (s *service) appliance() admin.Appliance {
	c := s.cycle()
	// Only one preview runs at a time, however it is requested.
	previews := &admin.Previews{Window: s.window, Now: s.clock.Now, Make: func(ctx context.Context) ([]byte, error) {
		accepted, _ := s.accepted(false)
		made, err := c.Preview(ctx, accepted)
		if err != nil {
			return nil, err
		}
		return made.Body, nil
	}}
	return admin.Appliance{
		Profile: s.settings.Installed.Profile, Version: version, Status: s.status, Now: s.clock.Now,
		Spool: s.stores.Spool, Journal: s.stores.Journal,
		Decision:  s.stores.Decision.Read,
		Decisions: s.stores.Decision.History,
		Decide:    s.decide,
		Lab:       s.stores.Lab.Read,
		MarkLab:   func(m lab.Mark) error { return decision.MarkLab(m, s.stores.Records) },
		Preview:   previews.Preview,
		Sent:      s.stores.Analytics.Read,
		Archive:   s.archive,
	}
}

func (s *service) decide(d consent.Decision, unexpected func(now consent.Decision) error) error {
	err := decision.DecideUnless(unexpected, d, s.stores.Records)
	if errors.Is(err, decision.ErrDenied) {
		return fmt.Errorf("%w: %w", admin.ErrOutdated, err)
	}
	return err
}
