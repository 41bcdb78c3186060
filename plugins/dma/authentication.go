package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type deviceAuthentication struct {
	SIPInbound          *bool          `usage:"sip_inbound"`
	ProxyAuthentication *bool          `usage:"proxy_authentication"`
	DefaultRealm        *bool          `usage:"default_realm"`
	ValidTime           *time.Duration `usage:"valid_time"`
	InboundEntries      *int64         `usage:"inbound_entries"`
	OutboundEntries     *int64         `usage:"outbound_entries"`
}

// authentication reads how devices log in. Realms, users and passwords lie beside and are not read; of the entries only
// the number is.
func (d *dma) authentication(ctx context.Context, _ sdk.Period) (a deviceAuthentication, err error) {
	type settings struct {
		Enabled      *bool  `json:"enabled"` // inferred
		Proxy        *bool  `json:"enableProxyAuthentication"`
		DefaultRealm *bool  `json:"useDefaultRealm"`
		ValidSeconds *int64 `json:"authenticationValidTimeSeconds"`
	}
	var read told[settings]
	var inbound, outbound told[int64]
	together(ctx,
		func(ctx context.Context) { read = say(platformapi.Read[settings](ctx, d.api, sipInbound)) },
		func(ctx context.Context) { inbound = say(platformapi.Count(ctx, d.api, inboundEntries)) },
		func(ctx context.Context) { outbound = say(platformapi.Count(ctx, d.api, outboundEntries)) },
	)
	if sip := read.value; read.err == nil {
		a = deviceAuthentication{
			SIPInbound: sip.Enabled, ProxyAuthentication: sip.Proxy, DefaultRealm: sip.DefaultRealm,
			ValidTime: seconds(sip.ValidSeconds),
		}
	}
	a.InboundEntries = inbound.number(func(n int64) *int64 { return &n })
	a.OutboundEntries = outbound.number(func(n int64) *int64 { return &n })
	var lacks lacking
	lacks.add(read.err, "sip_inbound", "proxy_authentication", "default_realm", "valid_time")
	lacks.add(inbound.err, "inbound_entries")
	lacks.add(outbound.err, "outbound_entries")
	return a, lacks.Err()
}
