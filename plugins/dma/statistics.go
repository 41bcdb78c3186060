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

// activity is what the three sources say of it.
type activity struct {
	conferences told[int64]
	endpoints   told[endpoints]
	calls       told[calls]

	licences      told[[]licensedCalls]
	managers      told[[]conferenceManager]
	registrations told[[]registrations]

	usage told[networkusage.Usage]
}

// statistics reports what goes on at the moment of the cycle, and of the period what the export says.
func (d *dma) statistics(ctx context.Context, period sdk.Period) (s statistics, err error) {
	var a activity
	together(ctx,
		func(ctx context.Context) { a.conferences = say(platformapi.Count(ctx, d.api, conferences)) },
		func(ctx context.Context) { a.endpoints = say(d.endpoints(ctx)) },
		func(ctx context.Context) { a.calls = say(d.calls(ctx)) },
		func(ctx context.Context) {
			a.licences = table[licensedCalls](ctx, d, licenceTable)
			a.managers = table[conferenceManager](ctx, d, managerTable)
			a.registrations = table[registrations](ctx, d, signIns)
		},
		func(ctx context.Context) { a.usage = say(d.usage.Read(ctx, period)) },
	)
	var lacks lacking
	s.both(a, &lacks)
	s.ofAgent(a, &lacks)
	if a.calls.err == nil {
		s.CallsActiveBySignaling = a.calls.value.bySignaling
	}
	lacks.add(a.calls.err, "calls_active_by_signaling")
	if a.usage.err == nil {
		s.NetworkUsage = &a.usage.value
	}
	lacks.add(a.usage.err, "network_usage")
	return s, lacks.Err()
}

// both are the fields that the agent tells where the Platform API does not.
func (s *statistics) both(a activity, lacks *lacking) {
	for _, field := range []struct {
		name             string
		into             **int64
		api, agent       *int64
		apiErr, agentErr error
	}{
		{"conferences_active", &s.ConferencesActive,
			a.conferences.number(func(n int64) *int64 { return &n }),
			sumOf(a.managers.value, func(m conferenceManager) *int64 { return m.Conferences }),
			a.conferences.err, a.managers.err},
		{"registrations_active", &s.RegistrationsActive,
			a.endpoints.number(func(e endpoints) *int64 { return e.active }),
			sumOf(a.registrations.value, func(r registrations) *int64 { return r.Active }),
			a.endpoints.err, a.registrations.err},
		{"registrations_inactive", &s.RegistrationsInactive,
			a.endpoints.number(func(e endpoints) *int64 { return e.inactive }),
			sumOf(a.registrations.value, func(r registrations) *int64 { return r.Inactive }),
			a.endpoints.err, a.registrations.err},
		{"call_limit", &s.CallLimit,
			a.calls.number(func(c calls) *int64 { return c.limit }),
			sumOf(a.licences.value, func(l licensedCalls) *int64 { return l.Licensed }),
			a.calls.err, a.licences.err},
	} {
		switch {
		case field.api != nil:
			*field.into = field.api
		case field.agentErr == nil:
			*field.into = field.agent
		}
		if *field.into == nil {
			lacks.either(field.name, field.apiErr, field.agentErr)
		}
	}
}

// ofAgent are the fields that only the agent tells.
func (s *statistics) ofAgent(a activity, lacks *lacking) {
	if a.licences.err == nil {
		s.CallsActive = sumOf(a.licences.value, func(l licensedCalls) *int64 { return l.Active })
	}
	lacks.add(a.licences.err, "calls_active")
	if rows := a.managers.value; a.managers.err == nil {
		s.ParticipantsActive = sumOf(rows, func(m conferenceManager) *int64 { return m.Participants })
		s.VideoPortsTotal = sumOf(rows, func(m conferenceManager) *int64 { return m.VideoTotal })
		s.VideoPortsUsed = sumOf(rows, func(m conferenceManager) *int64 { return m.VideoUsed })
		s.VoicePortsTotal = sumOf(rows, func(m conferenceManager) *int64 { return m.VoiceTotal })
		s.VoicePortsUsed = sumOf(rows, func(m conferenceManager) *int64 { return m.VoiceUsed })
	}
	lacks.add(a.managers.err, "participants_active", "video_ports_total", "video_ports_used", "voice_ports_total",
		"voice_ports_used")
}
