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
	s, err := platformapi.Read[securitySettings](ctx, d.api, securityConfig)
	if err != nil {
		return s, err
	}
	rules, err := platformapi.Optional(platformapi.Read[passwordRules](ctx, d.api, localPasswords))
	if rules == nil {
		return s, err
	}
	s.PasswordMinLength, s.PasswordHistory = rules.MinLength, rules.History
	s.PasswordMaxAge = times(rules.MaxAge, 24*time.Hour)
	return s, nil
}
