package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/plugins/internal/views"
)

type licenseInformation struct {
	license
	Features []views.Borrowed `usage:"features"`
}

type license struct {
	SerialNumber  string `column:"serial_number" usage:"serial_number"`
	LicensedCalls *int64 `column:"licensed_calls" usage:"licensed_calls"`
}

func (a accessDirector) license(ctx context.Context, _ sdk.Period) (l licenseInformation, err error) {
	if l.license, err = postgres.Row[license](ctx, a.views(ctx), "license"); err != nil {
		return l, err
	}
	var missing sdk.Missing
	l.Features, err = views.Features[views.Borrowed](ctx, a.views(ctx))
	missing.Add(err, "features")
	return l, missing.Err()
}

type systemConfiguration struct {
	Servers         *int64 `column:"servers" usage:"servers"`
	Clusters        *int64 `column:"clusters" usage:"clusters"`
	Deployment      string `column:"deployment" usage:"deployment"`
	LoadBalancer    *bool  `column:"load_balancer" usage:"load_balancer"`
	SoftwareVersion string `column:"software_version" usage:"software_version"`
}

func (a accessDirector) system(ctx context.Context, _ sdk.Period) (systemConfiguration, error) {
	return postgres.Row[systemConfiguration](ctx, a.views(ctx), "system_configuration")
}

type counts struct {
	Users               *int64 `column:"users" usage:"users"`
	Endpoints           *int64 `column:"endpoints" usage:"endpoints"`
	Sites               *int64 `usage:"sites"` // not applicable, like the next
	MCUs                *int64 `usage:"mcus"`
	ExternalGatekeepers *int64 `column:"external_gatekeepers" usage:"external_gatekeepers"`
	SIPPeers            *int64 `column:"sip_peers" usage:"sip_peers"`
	SBCs                *int64 `column:"sbcs" usage:"sbcs"`
}

func (a accessDirector) counts(ctx context.Context, _ sdk.Period) (counts, error) {
	c, err := postgres.Row[counts](ctx, a.views(ctx), "counts")
	if err != nil {
		return c, err
	}
	return c, inOtherProduct("sites", "mcus")
}

type statistics struct {
	current
	hourly
	Conferences *int64 `usage:"conferences"` // not applicable
}

// current holds values of the moment of the cycle.
type current struct {
	RegistrationsActive *int64 `column:"registrations_active" usage:"registrations_active"`
	CallsActive         *int64 `column:"calls_active" usage:"calls_active"`
}

// hourly holds values of the period. If the product has not counted that hour, they are not known,
// and not zero.
type hourly struct {
	CallsStarted   *int64   `column:"calls_started" usage:"calls_started"`
	CallsFailed    *int64   `column:"calls_failed" usage:"calls_failed"`
	CallsPeak      *int64   `column:"calls_peak" usage:"calls_peak"`
	RelayBandwidth *float64 `column:"relay_bandwidth" usage:"relay_bandwidth"`
}

// statistics fails only if neither view can be read: if the period was not counted, the current
// values are still reported.
func (a accessDirector) statistics(ctx context.Context, p sdk.Period) (s statistics, err error) {
	var missing sdk.Missing
	var now, hour error
	s.current, now = postgres.Row[current](ctx, a.views(ctx), "statistics")
	missing.Add(now, "registrations_active", "calls_active")
	s.hourly, hour = postgres.Hour[hourly](ctx, a.views(ctx), "statistics_hourly", p)
	if b := s.RelayBandwidth; b != nil && *b < 0 {
		s.RelayBandwidth = nil // not a measurement
	}
	missing.Add(hour, "calls_started", "calls_failed", "calls_peak", "relay_bandwidth")
	if now == nil || hour == nil {
		missing.Add(sdk.NotApplicable(), "conferences")
	}
	return s, missing.Err()
}

type featureConfiguration struct {
	EnterpriseDirectory  enterpriseDirectory  `usage:"enterprise_directory"`
	Lync                 *bool                `usage:"lync"` // not applicable, like the next three
	DialRules            *int64               `usage:"dial_rules"`
	SharedNumberDialing  *int64               `usage:"shared_number_dialing"`
	HuntGroups           *int64               `usage:"hunt_groups"`
	RegistrationPolicy   registrationPolicy   `usage:"registration_policy"`
	DeviceAuthentication deviceAuthentication `usage:"device_authentication"`
	AccessProxy          accessProxy          `usage:"access_proxy"`
}

type enterpriseDirectory struct {
	Integrated   *bool  `column:"integrated" usage:"integrated"`
	RoleMappings *int64 `column:"role_mappings" usage:"role_mappings"`
}

type registrationPolicy struct {
	ACL             *bool  `column:"acl" usage:"acl"`
	ACLRules        *int64 `column:"acl_rules" usage:"acl_rules"`
	SIPRegistration string `column:"sip_registration" usage:"sip_registration"`
	H323Guest       *bool  `column:"h323_guest" usage:"h323_guest"`
}

type deviceAuthentication struct {
	SIP *bool `column:"sip" usage:"sip"`
}

type accessProxy struct {
	HTTPS               *int64 `column:"https" usage:"https"`
	LDAP                *int64 `column:"ldap" usage:"ldap"`
	XMPP                *int64 `column:"xmpp" usage:"xmpp"`
	Tunnel              *int64 `column:"tunnel" usage:"tunnel"`
	TURN                *bool  `column:"turn" usage:"turn"`
	ProvisioningManaged *bool  `column:"provisioning_managed" usage:"provisioning_managed"`
}

// features reads the views one after the other. A part that cannot be read is missing with its
// reason, and the others are still reported. If all views fail, that reason is the category's.
func (a accessDirector) features(ctx context.Context, _ sdk.Period) (f featureConfiguration, err error) {
	var missing sdk.Missing
	read := 0
	add := func(err error, field string) {
		if err == nil {
			read++
		}
		missing.Add(err, field)
	}
	f.EnterpriseDirectory, err = postgres.Row[enterpriseDirectory](ctx, a.views(ctx), "enterprise_directory")
	add(err, "enterprise_directory")
	f.RegistrationPolicy, err = postgres.Row[registrationPolicy](ctx, a.views(ctx), "registration_policy")
	add(err, "registration_policy")
	f.DeviceAuthentication, err = postgres.Row[deviceAuthentication](ctx, a.views(ctx), "device_authentication")
	add(err, "device_authentication")
	f.AccessProxy, err = postgres.Row[accessProxy](ctx, a.views(ctx), "access_proxy")
	add(err, "access_proxy")
	if read > 0 {
		missing.Add(sdk.NotApplicable(), "lync", "dial_rules", "shared_number_dialing", "hunt_groups")
	}
	return f, missing.Err()
}

type securitySettings struct {
	Mode          string `column:"mode" usage:"mode"`
	SSHAccess     *bool  `column:"ssh_access" usage:"ssh_access"`
	TLSMinVersion string `column:"tls_min_version" usage:"tls_min_version"`
	MutualTLS     *bool  `column:"mutual_tls" usage:"mutual_tls"`
	SecureLDAP    *bool  `column:"secure_ldap" usage:"secure_ldap"`
}

func (a accessDirector) security(ctx context.Context, _ sdk.Period) (securitySettings, error) {
	return postgres.Row[securitySettings](ctx, a.views(ctx), "security_settings")
}

// inOtherProduct reports fields as not applicable because they belong to another product. The
// vendor's list of fields is that of the other product, so these fields are neither left out nor
// reported as zero.
func inOtherProduct(fields ...string) error {
	var missing sdk.Missing
	missing.Add(sdk.NotApplicable(), fields...)
	return missing.Err()
}
