package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/passwords"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type securitySettings struct {
	accessSettings
	AccessWhitelist *bool `usage:"access_whitelist"`
	passwords.Rules
}

type accessSettings struct {
	Mode                      platformapi.Word   `json:"securityMode" usage:"mode"`
	ConsoleAccess             *bool              `json:"allowConsoleAccess" usage:"console_access" optional:"documented"`
	SSHAccess                 *bool              `json:"allowSshAccess" usage:"ssh_access" optional:"documented"`
	SkipCertificateValidation *bool              `json:"skipCertificateValidation" usage:"skip_certificate_validation"`
	TLSVersions               []platformapi.Word `json:"tlsVersions" usage:"tls_versions"`
	SignalingCiphers          []string           `json:"-" usage:"signaling_ciphers"`
	ManagementCiphers         []string           `json:"-" usage:"management_ciphers"`
	SNMPVersion               platformapi.Word   `json:"snmpVersion" usage:"snmp_version"`
}

// accessAnswer is the product's answer, which also lists ciphers that are not enabled.
type accessAnswer struct {
	accessSettings
	Signaling  []cipher `json:"signalingCiphers" gives:"signaling_ciphers"`
	Management []cipher `json:"managementCiphers" gives:"management_ciphers"`
}

// whitelist says whether management access is restricted to listed addresses. The addresses are not
// read.
type whitelist struct {
	Enabled *bool `json:"loginAccessPolicySettingsEnabled" usage:"access_whitelist"`
}

// security reads the security settings, the restriction of management access, and the password
// rules for local users.
func (d *dma) security(ctx context.Context, _ sdk.Period) (s securitySettings, err error) {
	missing := sdk.Parallel(ctx, func(ctx context.Context, missing *sdk.Missing) {
		read, lacks := platformapi.Fields[accessAnswer](ctx, d.api, securityConfig)
		s.accessSettings = read.accessSettings
		s.SignalingCiphers, s.ManagementCiphers = enabledCiphers(read.Signaling), enabledCiphers(read.Management)
		lacks.Into(missing)
	}, func(ctx context.Context, missing *sdk.Missing) {
		read, lacks := platformapi.Fields[whitelist](ctx, d.api, whitelists)
		s.AccessWhitelist = read.Enabled
		lacks.Into(missing)
	}, func(ctx context.Context, missing *sdk.Missing) {
		s.Rules = d.passwordRules(ctx, missing)
	})
	return s, missing.Err()
}

// passwordRules reads the rules. A rule that is 0 or absent is off: it does not apply
// ([passwords.Rule]).
func (d *dma) passwordRules(ctx context.Context, missing *sdk.Missing) (p passwords.Rules) {
	type rules struct {
		MinLength  *int64 `json:"minPasswordLength" usage:"password_min_length"`
		MaxAgeDays *int64 `json:"maxPasswordAge" usage:"password_max_age" optional:"documented"`
		History    *int64 `json:"passwordHistory" usage:"password_history" optional:"documented"`
	}
	read, lacks := platformapi.Fields[rules](ctx, d.api, localPasswords)
	var err error
	// An absent rule is off as well.
	for _, field := range []string{"password_min_length", "password_max_age", "password_history"} {
		if err := lacks[field]; err != nil && sdk.Explain(err) == sdk.Unexplained {
			lacks[field] = sdk.NotApplicable()
		}
	}
	p.MinLength, err = passwords.Rule(read.MinLength)
	missing.Add(err, "password_min_length")
	p.History, err = passwords.Rule(read.History)
	missing.Add(err, "password_history")
	days, err := passwords.Rule(read.MaxAgeDays)
	if p.MaxAge = duration(days, 24*time.Hour); days != nil && p.MaxAge == nil {
		err = sdk.NotAvailable(sdk.Malformed)
	}
	missing.Add(err, "password_max_age")
	lacks.Into(missing)
	return p
}
