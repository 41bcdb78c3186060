package main

import (
	"context"
	"maps"
	"math"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/snmp"
)

// objects holds the SNMP objects that are read, below 1.3.6.1.4.1.13885.102.1.2. One request reads
// all of them.
type objects struct {
	licenses
	Mode       *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.3.0"`
	Redundancy *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.16.1.0"`
	provisioning
	softwareUpdates
	topology
}

// licenses counts licenses by users and devices. That the two objects for audio and for video
// endpoints are also capability and usage is inferred from the first pair.
type licenses struct {
	Capability      *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.1.0" usage:"capability"`
	Usage           *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.2.0" usage:"usage"`
	AudioCapability *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.23.1.0" usage:"audio_endpoint_capability"`
	AudioUsage      *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.23.2.0" usage:"audio_endpoint_usage"`
	VideoCapability *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.24.1.0" usage:"video_endpoint_capability"`
	VideoUsage      *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.24.2.0" usage:"video_endpoint_usage"`
}

// provisioning covers the last 60 minutes by the agent's own clock.
type provisioning struct {
	Failed    *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.2.2.0" usage:"failed"`
	Succeeded *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.2.3.0" usage:"succeeded"`
}

type softwareUpdates struct {
	UpdatesFailed    *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.3.2.0" usage:"failed"`
	UpdatesSucceeded *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.3.3.0" usage:"succeeded"`
}

type topology struct {
	Sites     *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.14.3.0" usage:"sites"`
	SiteLinks *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.14.5.0" usage:"site_links"`
}

// networkTopology holds the size of the network and the worst values of its sites. It does not say
// which site they belong to.
type networkTopology struct {
	topology
	siteNumbers
}

type siteNumbers struct {
	Calls         *int64   `usage:"calls"`
	BandwidthUsed *float64 `usage:"bandwidth_used_max"`
	PacketLoss    *float64 `usage:"packet_loss_max"`
	Jitter        *float64 `usage:"jitter_max"`
	Delay         *float64 `usage:"delay_max"`
}

// siteTable is the entry of the site table, and [siteRow] has the columns that are read. Column 2,
// the name, is not read. The order of the columns is public; that their numbers are consecutive
// from 3 is inferred.
const siteTable = "1.3.6.1.4.1.13885.102.1.2.14.4.1"

type siteRow struct {
	Calls         *int64   `oid:"3"`
	BandwidthUsed *float64 `oid:"4"` // percent
	PacketLoss    *float64 `oid:"7"` // percent
	Jitter        *float64 `oid:"8"` // milliseconds
	Delay         *float64 `oid:"9"` // milliseconds
}

// networkTopology leaves out a number that is not known for every site: a part must not be taken
// for the whole.
func (m *manager) networkTopology(ctx context.Context, read monitored, err error) (networkTopology, snmp.Missing) {
	n := networkTopology{topology: read.topology}
	if err != nil || read.Sites != nil && *read.Sites == 0 {
		return n, read.lacks
	}
	lacks := maps.Clone(read.lacks)
	rows, columns, err := m.sites(ctx, read.Sites)
	if err != nil {
		for name := range usageNames[siteNumbers]() {
			lacks[name] = sdk.Explain(err)
		}
		return n, lacks
	}
	maps.Copy(lacks, columns)
	n.Calls = ifComplete(lacks, "Calls", totalCalls(rows))
	n.BandwidthUsed = ifComplete(lacks, "BandwidthUsed",
		worst(rows, percent, func(r siteRow) *float64 { return r.BandwidthUsed }))
	n.PacketLoss = ifComplete(lacks, "PacketLoss",
		worst(rows, percent, func(r siteRow) *float64 { return r.PacketLoss }))
	n.Jitter = ifComplete(lacks, "Jitter", worst(rows, math.MaxInt64, func(r siteRow) *float64 { return r.Jitter }))
	n.Delay = ifComplete(lacks, "Delay", worst(rows, math.MaxInt64, func(r siteRow) *float64 { return r.Delay }))
	return n, lacks
}

// sites reads the table, which has a row for each site.
func (m *manager) sites(ctx context.Context, number *int64) ([]siteRow, snmp.Missing, error) {
	if number != nil && *number > snmp.MaxRows {
		return nil, nil, sdk.NotAvailable(sdk.Unexplained)
	}
	rows, lacks, err := snmp.Columns[siteRow](ctx, m.agent, siteTable)
	if err == nil && number != nil && *number != int64(len(rows)) {
		err = sdk.NotAvailable(sdk.Malformed)
	}
	return rows, lacks, err
}

// ifComplete drops the number of an incomplete column. If a complete column has no number, it is
// malformed.
func ifComplete[T any](lacks snmp.Missing, name string, number *T) *T {
	if _, missing := lacks[name]; missing {
		return nil
	}
	if number == nil {
		lacks[name] = sdk.Malformed
	}
	return number
}

// totalCalls returns the sum of all calls, or nil if the calls of a site are not known.
func totalCalls(rows []siteRow) *int64 {
	var sum int64
	for _, row := range rows {
		if row.Calls == nil || sum > math.MaxInt64-*row.Calls {
			return nil
		}
		sum += *row.Calls
	}
	return &sum
}

const percent = 100

// worst returns the largest number of a column. It ignores sites without a measurement. A number
// above most is not a measurement, so the worst is not known and worst returns nil.
func worst(rows []siteRow, most float64, number func(siteRow) *float64) (largest *float64) {
	for _, row := range rows {
		n := number(row)
		switch {
		case n == nil:
		case *n > most:
			return nil
		case largest == nil || *n > *largest:
			largest = n
		}
	}
	return largest
}

// The meaning of numbers. Any other number is reported as other.
var (
	modes    = map[int64]string{0: "user", 1: "device"}
	statuses = map[int64]string{1: "in_service", 2: "busied_out", 3: "out_of_service"}
)

func word(number *int64, of map[int64]string) string {
	if number == nil {
		return ""
	}
	if known, ok := of[*number]; ok {
		return known
	}
	return other
}
