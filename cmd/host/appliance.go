package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/anonymize"
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
	tests := &admin.ConnectionTests{Try: s.testConnection}
	// A bad logo costs only itself, and `usagedata check` reports it.
	logo, _ := s.settings.Installed.Logo()
	return admin.Appliance{
		Logo:    logo,
		Profile: s.settings.Installed.Profile, Version: version, Status: s.status, Now: s.clock.Now,
		Delivery: deliveryOf(s.settings.Config),
		Spool:    s.stores.Spool, Journal: s.stores.Journal,
		Decision:  s.stores.Decision.Read,
		Decisions: s.stores.Decision.History,
		Decide:    s.decide,
		Identity:  s.identitySince,
		Renew:     s.renewIdentity,
		Lab:       s.stores.Lab.Read,
		MarkLab:   func(m lab.Mark) error { return decision.MarkLab(m, s.stores.Records) },
		Preview:   previews.Preview, Connection: tests.Test,
		Sent:    s.stores.Analytics.Read,
		History: s.stores.Sent,
		Archive: s.archive,
	}
}

func (s *service) renewIdentity(actor string) error {
	return s.stores.Hinted(decision.Renew(s.clock.Now(), actor, s.stores.Records))
}

// identitySince loads the key to verify it, and reveals only when it was made.
func (s *service) identitySince() (time.Time, error) {
	_, err := s.stores.Key.Load()
	if errors.Is(err, anonymize.ErrNoKey) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, s.stores.Hinted(err)
	}
	return s.stores.Key.Since()
}

func (s *service) decide(d consent.Decision, unexpected func(now consent.Decision) error) error {
	err := decision.DecideUnless(unexpected, d, s.stores.Records)
	if errors.Is(err, decision.ErrDenied) {
		return fmt.Errorf("%w: %w", admin.ErrOutdated, err)
	}
	return err
}
