package main

import (
	"context"

	"polycom.com/usagedata/core/sdk/source/snmp"
)

// objects are those of the SNMP agent that are read, below 1.3.6.1.4.1.13885.102.1.2: one request
// for all of them.
type objects struct {
	licenses
	Mode       *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.3.0"`
	Redundancy *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.16.1.0"`
	provisioning
	softwareUpdates
	topology
}

// licenses are counted by whom or what uses them. That the two objects of audio and of video
// endpoints are capability and usage as well is inferred from the first.
type licenses struct {
	Capability      *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.1.0" usage:"capability"`
	Usage           *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.2.0" usage:"usage"`
	AudioCapability *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.23.1.0" usage:"audio_endpoint_capability"`
	AudioUsage      *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.23.2.0" usage:"audio_endpoint_usage"`
	VideoCapability *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.24.1.0" usage:"video_endpoint_capability"`
	VideoUsage      *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.24.2.0" usage:"video_endpoint_usage"`
}

// provisioning is that of the last 60 minutes, by the agent's own clock.
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

// networkTopology is the size of the network and the worst of its sites. Which site that is stays
// where it is.
type networkTopology struct {
	topology
	Calls         *int64   `usage:"calls"`
	BandwidthUsed *float64 `usage:"bandwidth_used_max"`
	PacketLoss    *float64 `usage:"packet_loss_max"`
	Jitter        *float64 `usage:"jitter_max"`
	Delay         *float64 `usage:"delay_max"`
}

// siteTable is the entry of the site table, siteRow what is read of it: not the name in column 2.
// The columns' order is public; that they follow one another from 3 is inferred.
const siteTable = "1.3.6.1.4.1.13885.102.1.2.14.4.1"

type siteRow struct {
	Calls         *int64   `oid:"3"`
	BandwidthUsed *float64 `oid:"4"` // per cent
	PacketLoss    *float64 `oid:"7"` // per cent
	Jitter        *float64 `oid:"8"` // milliseconds
	Delay         *float64 `oid:"9"` // milliseconds
}

// networkTopology leaves the table alone where it is longer than is read: the worst of a part is
// not the worst.
func (m *manager) networkTopology(ctx context.Context, size topology, err error) (networkTopology, error) {
	n := networkTopology{topology: size}
	if err != nil || size.Sites != nil && (*size.Sites == 0 || *size.Sites > snmp.MaxRows) {
		return n, err
	}
	rows, err := optional(snmp.Rows[siteRow](ctx, m.agent, siteTable))
	if rows == nil {
		return n, err
	}
	for _, row := range *rows {
		n.Calls = sum(n.Calls, row.Calls)
		n.BandwidthUsed, n.PacketLoss = worse(n.BandwidthUsed, row.BandwidthUsed), worse(n.PacketLoss, row.PacketLoss)
		n.Jitter, n.Delay = worse(n.Jitter, row.Jitter), worse(n.Delay, row.Delay)
	}
	return n, err
}

// sum adds what is known. A number below zero is none.
func sum(total, more *int64) *int64 {
	if more == nil || *more < 0 {
		return total
	}
	both := *more
	if total != nil {
		both += *total
	}
	return &both
}

// worse is the larger of what is known. A number below zero is none.
func worse(so, now *float64) *float64 {
	if now == nil || *now < 0 || so != nil && *so >= *now {
		return so
	}
	return now
}

// What numbers stand for; any other is none of the closed lists, and the host makes other of it.
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
