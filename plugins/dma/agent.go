package main

import (
	"context"
	"fmt"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/snmp"
)

// The agent's tables have a row for each cluster (inferred), and a column with its name that is not
// read. What is read is added up.
const (
	clusterTable = "1.3.6.1.4.1.13885.13.2.2.3.2.1"
	licenceTable = "1.3.6.1.4.1.13885.13.2.2.3.3.1"
	managerTable = "1.3.6.1.4.1.13885.13.2.3.2.1.2.1"
	signIns      = "1.3.6.1.4.1.13885.13.2.3.3.1.2.1"
)

type clusterState struct {
	Status *int64 `oid:"3"`
}

type licensedCalls struct {
	Licensed *int64 `oid:"4"`
	Active   *int64 `oid:"5"`
}

type conferenceManager struct {
	Conferences  *int64 `oid:"3"`
	Participants *int64 `oid:"4"`
	VideoTotal   *int64 `oid:"5"`
	VideoUsed    *int64 `oid:"6"`
	VoiceTotal   *int64 `oid:"7"`
	VoiceUsed    *int64 `oid:"8"`
}

type registrations struct {
	Active   *int64 `oid:"3"`
	Inactive *int64 `oid:"4"`
}

// agentNumbers are those that the Platform API has as well.
type agentNumbers struct{ conferences, active, inactive, limit told }

// agentStatistics reads the agent's tables, and reports what only the agent has.
func (d *dma) agentStatistics(ctx context.Context, s *statistics, lacking *sdk.Lacking) (n agentNumbers) {
	licences, err := snmp.Rows[licensedCalls](ctx, d.agent, licenceTable)
	n.limit = sumOf(licences, err, func(l licensedCalls) *int64 { return l.Licensed })
	s.CallsActive = sumOf(licences, err, func(l licensedCalls) *int64 { return l.Active }).number
	lacking.Add(err, "calls_active")

	managers, err := snmp.Rows[conferenceManager](ctx, d.agent, managerTable)
	n.conferences = sumOf(managers, err, func(m conferenceManager) *int64 { return m.Conferences })
	s.ParticipantsActive = sumOf(managers, err, func(m conferenceManager) *int64 { return m.Participants }).number
	s.VideoPortsTotal = sumOf(managers, err, func(m conferenceManager) *int64 { return m.VideoTotal }).number
	s.VideoPortsUsed = sumOf(managers, err, func(m conferenceManager) *int64 { return m.VideoUsed }).number
	s.VoicePortsTotal = sumOf(managers, err, func(m conferenceManager) *int64 { return m.VoiceTotal }).number
	s.VoicePortsUsed = sumOf(managers, err, func(m conferenceManager) *int64 { return m.VoiceUsed }).number
	lacking.Add(err, "participants_active",
		"video_ports_total", "video_ports_used", "voice_ports_total", "voice_ports_used")

	signedIn, err := snmp.Rows[registrations](ctx, d.agent, signIns)
	n.active = sumOf(signedIn, err, func(r registrations) *int64 { return r.Active })
	n.inactive = sumOf(signedIn, err, func(r registrations) *int64 { return r.Inactive })
	return n
}

// sumOf adds a column up. If a row lacks it, or has a number below zero, the whole is not known.
func sumOf[T any](rows []T, err error, column func(T) *int64) told {
	if err != nil {
		return told{err: err}
	}
	var sum int64
	for _, row := range rows {
		n := column(row)
		if n == nil || *n < 0 {
			return told{}
		}
		sum += *n
	}
	return told{number: &sum}
}

// statuses are what the agent's numbers mean.
var statuses = map[int64]string{1: "in_service", 2: "busied_out", 3: "out_of_service"}

// agentClusters counts the clusters by status. That the agent counts as many as have a status, it
// says itself.
func (d *dma) agentClusters(ctx context.Context) (map[string]int64, error) {
	type counted struct {
		Clusters *int64 `oid:"1.3.6.1.4.1.13885.13.2.2.3.1.0"`
	}
	rows, err := snmp.Rows[clusterState](ctx, d.agent, clusterTable)
	if err != nil {
		return nil, err
	}
	read, err := snmp.Read[counted](ctx, d.agent)
	if err == nil && read.Clusters != nil && *read.Clusters != int64(len(rows)) {
		err = fmt.Errorf("compare the clusters with their number: %w", sdk.NotAvailable(sdk.Malformed))
	}
	if err != nil && sdk.Explain(err) != sdk.NotOnRelease {
		return nil, err
	}
	by := map[string]int64{}
	for _, row := range rows {
		by[status(row.Status)]++
	}
	return by, nil
}

func status(number *int64) string {
	if number != nil && statuses[*number] != "" {
		return statuses[*number]
	}
	return "other"
}
