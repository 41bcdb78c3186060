package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type statistics struct {
	RegistrationsActive    *int64           `usage:"registrations_active"`
	RegistrationsInactive  *int64           `usage:"registrations_inactive"`
	CallsActiveBySignaling map[string]int64 `usage:"calls_active_by_signaling"`
	CallLimit              *int64           `usage:"call_limit"`
	ConferencesActive      *int64           `usage:"conferences_active"`
}

// statistics reports what goes on at the moment of the cycle.
func (d *dma) statistics(ctx context.Context, _ sdk.Period) (s statistics, err error) {
	if s.ConferencesActive, err = platformapi.Optional(platformapi.Count(ctx, d.api, conferences)); err != nil {
		return s, err
	}
	read, err := platformapi.Optional(d.endpoints(ctx))
	if err != nil {
		return s, err
	}
	if read != nil {
		s.RegistrationsActive, s.RegistrationsInactive = read.active, read.inactive
	}
	if err := d.calls(ctx, &s); err != nil {
		return s, err
	}
	return platformapi.Something(s)
}

// calls adds the clusters up.
func (d *dma) calls(ctx context.Context, s *statistics) error {
	type clusters struct {
		Statistics []struct {
			H323   *int64 `json:"h323Calls"`
			SIP    *int64 `json:"sipCalls"`
			WebRTC *int64 `json:"webrtcCalls"`
			Limit  *int64 `json:"callLimit"`
		} `json:"activeCallStatistics"`
	}
	read, err := platformapi.Optional(platformapi.Read[clusters](ctx, d.api, callStatistics))
	if read == nil {
		return err
	}
	s.CallsActiveBySignaling = map[string]int64{}
	for _, cluster := range read.Statistics {
		for signaling, calls := range map[string]*int64{"h323": cluster.H323, "sip": cluster.SIP, "webrtc": cluster.WebRTC} {
			if calls != nil {
				s.CallsActiveBySignaling[signaling] += *calls
			}
		}
		if cluster.Limit != nil {
			s.CallLimit = sum(s.CallLimit, *cluster.Limit)
		}
	}
	return nil
}
