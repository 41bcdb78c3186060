package main

import (
	"context"
	"fmt"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/snmp"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// The agent's tables. They have a row for each cluster (inferred), and a column with its name that
// is not read. The other columns are added up.
const (
	clusterTable      = "1.3.6.1.4.1.13885.13.2.2.3.2.1"
	licenseTable      = "1.3.6.1.4.1.13885.13.2.2.3.3.1"
	managerTable      = "1.3.6.1.4.1.13885.13.2.3.2.1.2.1"
	registrationTable = "1.3.6.1.4.1.13885.13.2.3.3.1.2.1"
)

type clusterState struct {
	Status *int64 `oid:"3"`
}

type clusterLicense struct {
	Status   *int64 `oid:"3"`
	Licensed *int64 `oid:"4"`
	Active   *int64 `oid:"5"`
}

// conferenceManager holds the usage of a cluster's conference manager. The Platform API has the
// same numbers.
type conferenceManager struct {
	Conferences  *int64 `oid:"3" json:"activeConferences"`
	Participants *int64 `oid:"4" json:"activeConferenceParticipants"`
	VideoTotal   *int64 `oid:"5" json:"totalVideoPorts"`
	VideoUsed    *int64 `oid:"6" json:"usedVideoPorts"`
	VoiceTotal   *int64 `oid:"7" json:"totalVoicePorts"`
	VoiceUsed    *int64 `oid:"8" json:"usedVoicePorts"`
	LocalUsers   *int64 `oid:"9" json:"localUsers"`
}

type registrations struct {
	Active   *int64 `oid:"3"`
	Inactive *int64 `oid:"4"`
}

// table returns a function that reads a table of the agent once, for several categories.
func table[T any](agent *snmp.Agent, at string) func(context.Context) ([]T, error) {
	return sdk.Share(func(ctx context.Context) ([]T, error) { return snmp.Rows[T](ctx, agent, at) })
}

// sumOf adds up a column of a source.
func sumOf[T any](rows []T, err error, agent bool, column func(T) *int64) reading[*int64] {
	if err != nil {
		return reading[*int64]{err: err}
	}
	sum := total(rows, column)
	sum.agent = agent
	return sum
}

// agentLicense holds the agent's values about the licenses of all clusters.
type agentLicense struct {
	status           reading[platformapi.Word]
	licensed, active reading[*int64]
}

// licenseStates maps the agent's numbers to states.
var licenseStates = map[int64]platformapi.Word{1: "valid", 2: "invalid", 3: "not_installed"}

func (d *dma) agentLicense(ctx context.Context) agentLicense {
	rows, err := d.agentLicenses(ctx)
	return agentLicense{
		status:   commonState(rows, err),
		licensed: sumOf(rows, err, true, func(l clusterLicense) *int64 { return l.Licensed }),
		active:   sumOf(rows, err, true, func(l clusterLicense) *int64 { return l.Active }),
	}
}

// commonState returns the license state that all clusters have. If they differ, there is no state
// of the whole.
func commonState(rows []clusterLicense, err error) (common reading[platformapi.Word]) {
	for i, row := range rows {
		if row.Status == nil {
			return reading[platformapi.Word]{err: sdk.NotAvailable(sdk.NotOnRelease)}
		}
		state, known := licenseStates[*row.Status]
		if !known {
			state = "other"
		}
		if i > 0 && state != common.value {
			return reading[platformapi.Word]{err: sdk.NotAvailable(sdk.Malformed)}
		}
		common.value = state
	}
	common.err, common.agent = err, true
	return common
}

// statuses maps the agent's numbers to states.
var statuses = map[int64]string{1: "in_service", 2: "busied_out", 3: "out_of_service"}

// agentClusters counts the clusters by status. It fails if their number differs from the agent's
// own count.
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
