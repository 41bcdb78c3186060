package main

import (
	"cmp"
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// registrationPolicy counts the policies by their settings, because there may be several.
type registrationPolicy struct {
	Policies              int64            `usage:"policies"`
	CompliantAction       map[string]int64 `usage:"compliant_action"`
	NoncompliantAction    map[string]int64 `usage:"noncompliant_action"`
	AllowSiteless         *int64           `usage:"allow_siteless"`
	IncludeChangedDevices *int64           `usage:"include_changed_devices"`
	DeleteInactive        *int64           `usage:"delete_inactive"`
	InactiveDaysMin       *int64           `usage:"inactive_days_min"`
}

// registration reads the policies without their scripts. Even whether there is a script cannot be
// known without reading it.
func (d *dma) registration(ctx context.Context, _ sdk.Period) (registrationPolicy, error) {
	type policy struct {
		Compliant      platformapi.Word `json:"compliantEndpointAdmissionPolicy"`
		Noncompliant   platformapi.Word `json:"nonCompliantEndpointAdmissionPolicy"`
		Siteless       *bool            `json:"allowSiteLessRegistration"`
		Changed        *bool            `json:"includeChangedDevices"`
		DeleteInactive *bool            `json:"deleteInactiveEndpoints"`
		InactiveDays   *int64           `json:"inactiveRegistrationDaysToDelete"`
	}
	var r registrationPolicy
	var compliant, noncompliant tally
	var siteless, changed, deletes, days numbers
	for policy, err := range platformapi.Items[policy](ctx, d.api, policies) {
		if err != nil {
			return r, err
		}
		r.Policies++
		compliant.add(policy.Compliant)
		noncompliant.add(policy.Noncompliant)
		siteless.addFlag(policy.Siteless)
		changed.addFlag(policy.Changed)
		deletes.addFlag(policy.DeleteInactive)
		if policy.DeleteInactive != nil && *policy.DeleteInactive {
			days.add(policy.InactiveDays)
		}
	}
	var missing sdk.Missing
	var err error
	r.CompliantAction, err = compliant.counts()
	missing.Add(err, "compliant_action")
	r.NoncompliantAction, err = noncompliant.counts()
	missing.Add(err, "noncompliant_action")
	r.AllowSiteless, r.IncludeChangedDevices, r.DeleteInactive = siteless.total(), changed.total(), deletes.total()
	missing.Add(siteless.lacks(), "allow_siteless")
	missing.Add(changed.lacks(), "include_changed_devices")
	missing.Add(deletes.lacks(), "delete_inactive")
	if err = cmp.Or(deletes.lacks(), days.lacks()); err == nil {
		r.InactiveDaysMin, _, _ = days.spread() // no policy deletes: the field is not missing
	}
	missing.Add(err, "inactive_days_min")
	return r, missing.Err()
}

type deviceAuthentication struct {
	sipAuthentication
	ValidTime       *time.Duration `usage:"valid_time"`
	InboundEntries  *int64         `usage:"inbound_entries"`
	OutboundEntries *int64         `usage:"outbound_entries"`
}

type sipAuthentication struct {
	ProxyAuthentication *bool `json:"enableProxyAuthentication" usage:"proxy_authentication"`
	DefaultRealm        *bool `json:"useDefaultRealm" usage:"default_realm"`
}

// authentication reads how devices log in. It does not read realms, users and passwords; of the
// entries it reads only the number. No document says whether devices must log in.
func (d *dma) authentication(ctx context.Context, _ sdk.Period) (a deviceAuthentication, err error) {
	type settings struct {
		sipAuthentication
		ValidSeconds *int64 `json:"authenticationValidTimeSeconds" gives:"valid_time"`
	}
	missing := sdk.Parallel(ctx, func(ctx context.Context, missing *sdk.Missing) {
		read, lacks := platformapi.Fields[settings](ctx, d.api, sipInbound)
		a.sipAuthentication, a.ValidTime = read.sipAuthentication, seconds(read.ValidSeconds)
		if read.ValidSeconds != nil && a.ValidTime == nil {
			lacks["valid_time"] = sdk.NotAvailable(sdk.Malformed)
		}
		lacks.Into(missing)
	}, func(ctx context.Context, missing *sdk.Missing) {
		var err error
		a.InboundEntries, err = platformapi.Known(platformapi.Count(ctx, d.api, inboundEntries))
		missing.Add(err, "inbound_entries")
	}, func(ctx context.Context, missing *sdk.Missing) {
		var err error
		a.OutboundEntries, err = platformapi.Known(platformapi.Count(ctx, d.api, outboundEntries))
		missing.Add(err, "outbound_entries")
	})
	return a, missing.Err()
}
