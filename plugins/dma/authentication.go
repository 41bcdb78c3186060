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
	OutboundEntries     *int64         `usage:"outbound_entries"`
}

// authentication reads how devices log in. Realms, users and passwords lie beside and are not read; of the outbound
// entries only the number is.
func (d *dma) authentication(ctx context.Context, _ sdk.Period) (a deviceAuthentication, err error) {
	type inbound struct {
		Enabled      *bool  `json:"enabled"` // inferred
		Proxy        *bool  `json:"enableProxyAuthentication"`
		DefaultRealm *bool  `json:"useDefaultRealm"`
		ValidSeconds *int64 `json:"authenticationValidTimeSeconds"`
	}
	read, err := platformapi.Optional(platformapi.Read[inbound](ctx, d.api, sipInbound))
	if err != nil {
		return a, err
	}
	if read != nil {
		a = deviceAuthentication{
			SIPInbound: read.Enabled, ProxyAuthentication: read.Proxy, DefaultRealm: read.DefaultRealm,
			ValidTime: seconds(read.ValidSeconds),
		}
	}
	if a.OutboundEntries, err = platformapi.Optional(platformapi.Count(ctx, d.api, sipOutbound)); err != nil {
		return a, err
	}
	return platformapi.Something(a)
}
