package main

import (
	"context"

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

// registration reads the policies. Not their scripts: also whether there is one can't be told without reading it.
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
	var siteless, changed, deletes tally
	var days spread
	for policy, err := range platformapi.Items[policy](ctx, d.api, policies) {
		if err != nil {
			return r, err
		}
		r.Policies++
		r.CompliantAction[policy.Compliant.Key()]++
		r.NoncompliantAction[policy.Noncompliant.Key()]++
		siteless.add(policy.Siteless)
		changed.add(policy.Changed)
		deletes.add(policy.DeleteInactive)
		if policy.DeleteInactive != nil && *policy.DeleteInactive {
			days.add(policy.InactiveDays)
		}
	}
	r.AllowSiteless, r.IncludeChangedDevices, r.DeleteInactive = siteless.count(), changed.count(), deletes.count()
	r.InactiveDaysMin = days.min
	return r, nil
}
