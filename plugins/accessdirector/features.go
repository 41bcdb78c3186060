package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

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

// features reads one view after the other. What can't be read of one is missing with its reason, and the others count;
// where there are none, that reason is the category's.
func (a *accessDirector) features(ctx context.Context, _ sdk.Period) (f featureConfiguration, err error) {
	var lacking sdk.Lacking
	read := 0
	add := func(err error, field string) {
		if err == nil {
			read++
		}
		lacking.Add(err, field)
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
		lacking.Add(sdk.NotApplicable(), "lync", "dial_rules", "shared_number_dialing", "hunt_groups")
	}
	return f, lacking.Err()
}
