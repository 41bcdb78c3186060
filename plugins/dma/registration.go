package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// registrationPolicy counts the policies by what they say, because there may be several.
type registrationPolicy struct {
	Policies              int64            `usage:"policies"`
	CompliantAction       map[string]int64 `usage:"compliant_action"`
	NoncompliantAction    map[string]int64 `usage:"noncompliant_action"`
	AllowSiteless         *int64           `usage:"allow_siteless"`
	IncludeChangedDevices *int64           `usage:"include_changed_devices"`
	DeleteInactive        *int64           `usage:"delete_inactive"`
	InactiveDaysMin       *int64           `usage:"inactive_days_min"`
}

// registration reads the policies. Not their scripts: also whether there is one can't be told
// without reading it.
func (d *dma) registration(ctx context.Context, _ sdk.Period) (registrationPolicy, error) {
	type policy struct {
		Compliant      platformapi.Word `json:"compliantEndpointAdmissionPolicy"`
		Noncompliant   platformapi.Word `json:"nonCompliantEndpointAdmissionPolicy"`
		Siteless       *bool            `json:"allowSiteLessRegistration"`
		Changed        *bool            `json:"includeChangedDevices"`
		DeleteInactive *bool            `json:"deleteInactiveEndpoints"`
		InactiveDays   *int64           `json:"inactiveRegistrationDaysToDelete"`
	}
	r := registrationPolicy{CompliantAction: map[string]int64{}, NoncompliantAction: map[string]int64{}}
	var siteless, changed, deletes platformapi.Tally
	var days spread
	for policy, err := range platformapi.Items[policy](ctx, d.api, policies) {
		if err != nil {
			return r, err
		}
		r.Policies++
		r.CompliantAction[policy.Compliant.Key()]++
		r.NoncompliantAction[policy.Noncompliant.Key()]++
		siteless.Add(policy.Siteless)
		changed.Add(policy.Changed)
		deletes.Add(policy.DeleteInactive)
		if policy.DeleteInactive != nil && *policy.DeleteInactive {
			days.add(policy.InactiveDays)
		}
	}
	r.AllowSiteless, r.IncludeChangedDevices, r.DeleteInactive = siteless.Count(), changed.Count(), deletes.Count()
	r.InactiveDaysMin = days.min
	return r, nil
}

type deviceAuthentication struct {
	SIPInbound          *bool          `usage:"sip_inbound"`
	ProxyAuthentication *bool          `usage:"proxy_authentication"`
	DefaultRealm        *bool          `usage:"default_realm"`
	ValidTime           *time.Duration `usage:"valid_time"`
	InboundEntries      *int64         `usage:"inbound_entries"`
	OutboundEntries     *int64         `usage:"outbound_entries"`
}

// authentication reads how devices log in. Realms, users and passwords lie beside and are not read;
// of the entries only the number is.
func (d *dma) authentication(ctx context.Context, _ sdk.Period) (a deviceAuthentication, err error) {
	type settings struct {
		Enabled      *bool  `json:"enabled"` // inferred
		Proxy        *bool  `json:"enableProxyAuthentication"`
		DefaultRealm *bool  `json:"useDefaultRealm"`
		ValidSeconds *int64 `json:"authenticationValidTimeSeconds"`
	}
	lacking := sdk.Together(ctx, func(ctx context.Context, lacking *sdk.Lacking) {
		sip, err := platformapi.Read[settings](ctx, d.api, sipInbound)
		a.SIPInbound, a.ProxyAuthentication, a.DefaultRealm = sip.Enabled, sip.Proxy, sip.DefaultRealm
		a.ValidTime = seconds(sip.ValidSeconds)
		lacking.Add(err, "sip_inbound", "proxy_authentication", "default_realm", "valid_time")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		var err error
		a.InboundEntries, err = platformapi.Known(platformapi.Count(ctx, d.api, inboundEntries))
		lacking.Add(err, "inbound_entries")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		var err error
		a.OutboundEntries, err = platformapi.Known(platformapi.Count(ctx, d.api, outboundEntries))
		lacking.Add(err, "outbound_entries")
	})
	return a, lacking.Err()
}
