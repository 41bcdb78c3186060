package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type counts struct {
	Users               *int64 `column:"users" usage:"users"`
	Endpoints           *int64 `column:"endpoints" usage:"endpoints"`
	Sites               *int64 `usage:"sites"` // not applicable, like the next
	MCUs                *int64 `usage:"mcus"`
	ExternalGatekeepers *int64 `column:"external_gatekeepers" usage:"external_gatekeepers"`
	SIPPeers            *int64 `column:"sip_peers" usage:"sip_peers"`
	SBCs                *int64 `column:"sbcs" usage:"sbcs"`
}

func (a *accessDirector) counts(ctx context.Context, _ sdk.Period) (counts, error) {
	c, err := postgres.Row[counts](ctx, a.views(ctx), "counts")
	if err != nil {
		return c, err
	}
	return c, elsewhere("sites", "mcus")
}
