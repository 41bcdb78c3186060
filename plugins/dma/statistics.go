package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/networkusage"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type statistics struct {
	RegistrationsActive    *int64              `usage:"registrations_active"`
	RegistrationsInactive  *int64              `usage:"registrations_inactive"`
	CallsActive            *int64              `usage:"calls_active"`
	CallsActiveBySignaling map[string]int64    `usage:"calls_active_by_signaling"`
	CallLimit              *int64              `usage:"call_limit"`
	ConferencesActive      *int64              `usage:"conferences_active"`
	ParticipantsActive     *int64              `usage:"participants_active"`
	VideoPortsTotal        *int64              `usage:"video_ports_total"`
	VideoPortsUsed         *int64              `usage:"video_ports_used"`
	VoicePortsTotal        *int64              `usage:"voice_ports_total"`
	VoicePortsUsed         *int64              `usage:"voice_ports_used"`
	NetworkUsage           *networkusage.Usage `usage:"network_usage"`
}

// statistics reports the moment of the cycle, and from the export the period. Some numbers are the
// agent's where the Platform API does not have them.
func (d *dma) statistics(ctx context.Context, period sdk.Period) (s statistics, err error) {
	var agent agentNumbers
	var held, active, inactive, limit told
	lacking := sdk.Together(ctx, func(ctx context.Context, _ *sdk.Lacking) {
		held.number, held.err = platformapi.Known(platformapi.Count(ctx, d.api, conferences))
	}, func(ctx context.Context, _ *sdk.Lacking) {
		read, err := d.endpoints(ctx)
		active, inactive = told{read.active, err}, told{read.inactive, err}
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		read, err := d.calls(ctx)
		s.CallsActiveBySignaling, limit = read.bySignaling, told{read.limit, err}
		lacking.Add(err, "calls_active_by_signaling")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		agent = d.agentStatistics(ctx, &s, lacking)
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		var err error
		s.NetworkUsage, err = platformapi.Known(d.usage.Read(ctx, period))
		lacking.Add(err, "network_usage")
	})
	s.ConferencesActive = either(lacking, "conferences_active", held, agent.conferences)
	s.RegistrationsActive = either(lacking, "registrations_active", active, agent.active)
	s.RegistrationsInactive = either(lacking, "registrations_inactive", inactive, agent.inactive)
	s.CallLimit = either(lacking, "call_limit", limit, agent.limit)
	return s, lacking.Err()
}

// told is a number that a source has, or why it can't be read.
type told struct {
	number *int64
	err    error
}

// either takes the Platform API's number, else the agent's.
func either(lacking *sdk.Lacking, field string, api, agent told) *int64 {
	switch {
	case api.number != nil:
		return api.number
	case agent.number != nil:
		return agent.number
	}
	lacking.Add(api.err, field)
	lacking.Add(agent.err, field)
	return nil
}

// calls are those of all clusters together.
type calls struct {
	bySignaling map[string]int64
	limit       *int64
}

func (d *dma) calls(ctx context.Context) (calls, error) {
	type clusters struct {
		Statistics []struct {
			H323   *int64 `json:"h323Calls"`
			SIP    *int64 `json:"sipCalls"`
			WebRTC *int64 `json:"webrtcCalls"`
			Limit  *int64 `json:"callLimit"`
		} `json:"activeCallStatistics"`
	}
	read, err := platformapi.Read[clusters](ctx, d.api, callStatistics)
	if err != nil {
		return calls{}, err
	}
	c := calls{bySignaling: map[string]int64{}}
	for _, cluster := range read.Statistics {
		for signaling, n := range map[string]*int64{"h323": cluster.H323, "sip": cluster.SIP, "webrtc": cluster.WebRTC} {
			if n != nil {
				c.bySignaling[signaling] += *n
			}
		}
		if cluster.Limit != nil {
			c.limit = sum(c.limit, *cluster.Limit)
		}
	}
	return c, nil
}
