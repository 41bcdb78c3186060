package main

import (
	"cmp"
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/networkusage"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type statistics struct {
	RegistrationsActive    *int64              `usage:"registrations_active"`
	RegistrationsInactive  *int64              `usage:"registrations_inactive"`
	RegistrationsByState   map[string]int64    `usage:"registrations_by_state"`
	CallsActive            *int64              `usage:"calls_active"`
	CallsActiveBySignaling map[string]int64    `usage:"calls_active_by_signaling"`
	CallLimit              *int64              `usage:"call_limit"`
	ConferencesActive      *int64              `usage:"conferences_active"`
	ParticipantsActive     *int64              `usage:"participants_active"`
	VideoPortsTotal        *int64              `usage:"video_ports_total"`
	VideoPortsUsed         *int64              `usage:"video_ports_used"`
	VoicePortsTotal        *int64              `usage:"voice_ports_total"`
	VoicePortsUsed         *int64              `usage:"voice_ports_used"`
	FromSNMP               []string            `usage:"from_snmp"`
	NetworkUsage           *networkusage.Usage `usage:"network_usage"`
}

// statistics reports the moment of the cycle, and the period from the export. The agent's values
// are used if the Platform API does not have them.
func (d *dma) statistics(ctx context.Context, period sdk.Period) (s statistics, err error) {
	var api, agent conferenceNumbers
	var conferenceCount reading[*int64]
	var active calls
	var license agentLicense
	var endpointCounts [2]registrationCounts
	missing := sdk.Parallel(ctx, func(ctx context.Context, _ *sdk.Missing) {
		conferenceCount.value, conferenceCount.err = platformapi.Known(platformapi.Count(ctx, d.api, conferences))
	}, func(ctx context.Context, _ *sdk.Missing) {
		api = apiUsage(d.apiManagers(ctx))
	}, func(ctx context.Context, missing *sdk.Missing) {
		read, err := d.endpoints(ctx)
		endpointCounts[0] = registrationCounts{read.in("active", err), read.in("inactive", err)}
		s.RegistrationsByState, err = read.byState(err)
		missing.Add(err, "registrations_by_state")
	}, func(ctx context.Context, missing *sdk.Missing) {
		active = d.calls(ctx)
		s.CallsActiveBySignaling = active.bySignaling
		missing.Add(active.err, "calls_active_by_signaling")
	}, func(ctx context.Context, _ *sdk.Missing) {
		license, agent = d.agentLicense(ctx), agentUsage(d.agentManagers(ctx))
		endpointCounts[1] = d.agentRegistrationCounts(ctx)
	}, func(ctx context.Context, missing *sdk.Missing) {
		var err error
		s.NetworkUsage, err = platformapi.Known(d.usage.Read(ctx, period))
		missing.Add(err, "network_usage")
		if err == nil {
			for _, part := range s.NetworkUsage.Partial {
				missing.Add(sdk.NotAvailable(sdk.Malformed), "network_usage."+part)
			}
		}
	})
	from := choice{missing, &s.FromSNMP}
	s.RegistrationsActive = first(from, "registrations_active", endpointCounts[0].active, endpointCounts[1].active)
	s.RegistrationsInactive = first(from, "registrations_inactive", endpointCounts[0].inactive,
		endpointCounts[1].inactive)
	s.CallsActive = first(from, "calls_active", license.active, active.all)
	s.CallLimit = first(from, "call_limit", active.limit, license.licensed)
	s.ConferencesActive = first(from, "conferences_active", conferenceCount, api.conferences, agent.conferences)
	s.ParticipantsActive = first(from, "participants_active", api.participants, agent.participants)
	s.VideoPortsTotal = first(from, "video_ports_total", api.videoTotal, agent.videoTotal)
	s.VideoPortsUsed = first(from, "video_ports_used", api.videoUsed, agent.videoUsed)
	s.VoicePortsTotal = first(from, "voice_ports_total", api.voiceTotal, agent.voiceTotal)
	s.VoicePortsUsed = first(from, "voice_ports_used", api.voiceUsed, agent.voiceUsed)
	return s, missing.Err()
}

// registrationCounts holds the numbers of endpoints whose registration is active, and of those
// whose registration is inactive.
type registrationCounts struct{ active, inactive reading[*int64] }

func (d *dma) agentRegistrationCounts(ctx context.Context) registrationCounts {
	rows, err := d.agentRegistrations(ctx)
	return registrationCounts{
		active:   sumOf(rows, err, true, func(r registrations) *int64 { return r.Active }),
		inactive: sumOf(rows, err, true, func(r registrations) *int64 { return r.Inactive }),
	}
}

// conferenceNumbers holds the sums over all conference managers.
type conferenceNumbers struct {
	conferences, participants, videoTotal, videoUsed, voiceTotal, voiceUsed, localUsers reading[*int64]
}

func agentUsage(rows []conferenceManager, err error) conferenceNumbers {
	return numbersOf(rows, err, true)
}

func apiUsage(rows []conferenceManager, err error) conferenceNumbers {
	return numbersOf(rows, err, false)
}

func numbersOf(rows []conferenceManager, err error, agent bool) conferenceNumbers {
	sum := func(number func(conferenceManager) *int64) reading[*int64] {
		return sumOf(rows, err, agent, number)
	}
	return conferenceNumbers{
		conferences:  sum(func(m conferenceManager) *int64 { return m.Conferences }),
		participants: sum(func(m conferenceManager) *int64 { return m.Participants }),
		videoTotal:   sum(func(m conferenceManager) *int64 { return m.VideoTotal }),
		videoUsed:    sum(func(m conferenceManager) *int64 { return m.VideoUsed }),
		voiceTotal:   sum(func(m conferenceManager) *int64 { return m.VoiceTotal }),
		voiceUsed:    sum(func(m conferenceManager) *int64 { return m.VoiceUsed }),
		localUsers:   sum(func(m conferenceManager) *int64 { return m.LocalUsers }),
	}
}

// readManagers reads the conference managers of all clusters.
func (d *dma) readManagers(ctx context.Context) ([]conferenceManager, error) {
	return list[conferenceManager](ctx, d.api, managers)
}

// calls holds the sums over all clusters. all is the sum over all kinds of signaling.
type calls struct {
	bySignaling map[string]int64
	all, limit  reading[*int64]
	err         error
}

type clusterCalls struct {
	H323    *int64 `json:"h323Calls"`
	SIP     *int64 `json:"sipCalls"`
	WebRTC  *int64 `json:"webrtcCalls"`
	PolyEvo *int64 `json:"polyEvoCalls"` // optional
	Limit   *int64 `json:"callLimit"`
}

func (d *dma) calls(ctx context.Context) calls {
	clusters, err := list[clusterCalls](ctx, d.api, callStatistics)
	if err != nil {
		return calls{all: reading[*int64]{err: err}, limit: reading[*int64]{err: err}, err: err}
	}
	c := calls{limit: total(clusters, func(c clusterCalls) *int64 { return c.Limit })}
	c.count(clusters)
	return c
}

// count adds up the calls by signaling. If a cluster does not report a kind of signaling, that kind
// and the sum of all are left out. An optional kind that no cluster reports is not missing.
func (c *calls) count(clusters []clusterCalls) {
	var all numbers
	for _, signaling := range []struct {
		name   string
		number func(clusterCalls) *int64
	}{
		{"h323", func(c clusterCalls) *int64 { return c.H323 }},
		{"sip", func(c clusterCalls) *int64 { return c.SIP }},
		{"webrtc", func(c clusterCalls) *int64 { return c.WebRTC }},
		{"poly_evo", func(c clusterCalls) *int64 { return c.PolyEvo }},
	} {
		sum := total(clusters, signaling.number)
		switch {
		case sum.value != nil:
			c.bySignaling = addTo(c.bySignaling, signaling.name, *sum.value)
			all.add(sum.value)
		case signaling.name != "poly_evo" || sdk.Explain(sum.err) != sdk.NotOnRelease:
			c.all.err = sum.err
		}
	}
	if c.all.err = cmp.Or(c.all.err, all.lacks()); c.all.err == nil {
		c.all.value = all.total()
	}
	if c.bySignaling == nil {
		c.err = c.all.err
	}
}

func addTo(counts map[string]int64, key string, n int64) map[string]int64 {
	if counts == nil {
		counts = map[string]int64{}
	}
	counts[key] += n
	return counts
}
