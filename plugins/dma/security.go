package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type securitySettings struct {
	Mode                      platformapi.Word   `json:"securityMode" usage:"mode"`
	ConsoleAccess             *bool              `json:"allowConsoleAccess" usage:"console_access"`
	SSHAccess                 *bool              `json:"allowSshAccess" usage:"ssh_access"`
	AccessWhitelist           *bool              `json:"accessWhitelistEnabled" usage:"access_whitelist"`
	SkipCertificateValidation *bool              `json:"skipCertificateValidation" usage:"skip_certificate_validation"`
	TLSVersions               []platformapi.Word `json:"tlsVersions" usage:"tls_versions"`
	SignalingCiphers          []string           `json:"signalingCiphers" usage:"signaling_ciphers"`
	ManagementCiphers         []string           `json:"managementCiphers" usage:"management_ciphers"`
	SNMPVersion               platformapi.Word   `json:"snmpVersion" usage:"snmp_version"`

	PasswordMinLength *int64         `json:"-" usage:"password_min_length"`
	PasswordMaxAge    *time.Duration `json:"-" usage:"password_max_age"`
	PasswordHistory   *int64         `json:"-" usage:"password_history"`
}

// security reads the security settings, and the rules for local users' passwords where the release tells them.
func (d *dma) security(ctx context.Context, _ sdk.Period) (securitySettings, error) {
	type passwordRules struct {
		MinLength *int64 `json:"minPasswordLength"`
		MaxAge    *int64 `json:"maxPasswordAge"` // days
		History   *int64 `json:"passwordHistory"`
	}
	var read told[securitySettings]
	var rules told[passwordRules]
	together(ctx,
		func(ctx context.Context) { read = say(platformapi.Read[securitySettings](ctx, d.api, securityConfig)) },
		func(ctx context.Context) { rules = say(platformapi.Read[passwordRules](ctx, d.api, localPasswords)) },
	)
	s := read.value
	if rules.err == nil {
		s.PasswordMinLength, s.PasswordHistory = rules.value.MinLength, rules.value.History
		s.PasswordMaxAge = times(rules.value.MaxAge, 24*time.Hour)
	}
	var lacks lacking
	lacks.add(read.err, settingsFields...)
	lacks.add(rules.err, "password_min_length", "password_max_age", "password_history")
	return s, lacks.Err()
}

// settingsFields are those that the settings tell, and not the rules for passwords.
var settingsFields = []string{"mode", "console_access", "ssh_access", "access_whitelist", "skip_certificate_validation",
	"tls_versions", "signaling_ciphers", "management_ciphers", "snmp_version"}
