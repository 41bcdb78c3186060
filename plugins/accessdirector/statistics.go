package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type statistics struct {
	current
	hourly
	Conferences *int64 `usage:"conferences"` // not applicable
}

// current is about the moment of the cycle.
type current struct {
	RegistrationsActive *int64 `column:"registrations_active" usage:"registrations_active"`
	CallsActive         *int64 `column:"calls_active" usage:"calls_active"`
}

// hourly is about the period. Where the product has not counted that hour it is not known, and not zero.
type hourly struct {
	CallsStarted   *int64   `column:"calls_started" usage:"calls_started"`
	CallsFailed    *int64   `column:"calls_failed" usage:"calls_failed"`
	CallsPeak      *int64   `column:"calls_peak" usage:"calls_peak"`
	RelayBandwidth *float64 `column:"relay_bandwidth" usage:"relay_bandwidth"`
}

// statistics costs the category only where neither view can be read: a period that was not counted leaves the moment.
func (a *accessDirector) statistics(ctx context.Context, p sdk.Period) (s statistics, err error) {
	var lacking sdk.Lacking
	var now, hour error
	s.current, now = postgres.Row[current](ctx, a.views(ctx), "statistics")
	lacking.Add(now, "registrations_active", "calls_active")
	s.hourly, hour = postgres.Hour[hourly](ctx, a.views(ctx), "statistics_hourly", p)
	lacking.Add(hour, "calls_started", "calls_failed", "calls_peak", "relay_bandwidth")
	if now == nil || hour == nil {
		lacking.Add(sdk.NotApplicable(), "conferences")
	}
	return s, lacking.Err()
}
