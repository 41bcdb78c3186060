package main

import (
	"context"
	"errors"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/upload"
)

// testConnection tries the connection to the collection point, as `check` does, while the service or
// the page runs. It has a gate of its own, so that its bytes are not billed to a document that is
// being sent, and a sender of its own, so that no connection is shared. They count in the same hour.
func (s *service) testConnection(ctx context.Context) (admin.Connection, error) {
	own := &service{stores: s.stores, settings: s.settings, clock: s.clock, window: s.window, slot: s.slot,
		undrawn: s.undrawn, host: s.host, log: s.log}
	own.gate = own.newGate()
	sender, err := upload.New(own.delivery())
	if err != nil {
		return admin.Connection{}, err
	}
	own.sender = sender
	report := own.installation("", nil).Connection(ctx, s.clock.Now())
	if errors.Is(ctx.Err(), context.Canceled) { // the client is gone, or the service stops
		return admin.Connection{}, ctx.Err()
	}
	result := admin.Connection{Works: report.Works}
	for _, f := range report.Parts {
		part := admin.Part{Part: f.Part, State: string(f.State), Says: f.Says, Hint: f.Hint}
		result.Parts = append(result.Parts, part)
	}
	return result, nil
}
