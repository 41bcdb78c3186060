package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type securitySettings struct {
	Mode                      string         `column:"mode" usage:"mode"`
	ConsoleAccess             *bool          `column:"console_access" usage:"console_access"`
	SSHAccess                 *bool          `column:"ssh_access" usage:"ssh_access"`
	AccessWhitelist           *bool          `column:"access_whitelist" usage:"access_whitelist"`
	SkipCertificateValidation *bool          `column:"skip_certificate_validation" usage:"skip_certificate_validation"`
	TLSVersions               []string       `column:"tls_versions" usage:"tls_versions"`
	ManagementCiphers         []string       `column:"management_ciphers" usage:"management_ciphers"`
	SNMPVersion               string         `column:"snmp_version" usage:"snmp_version"`
	PasswordMinLength         *int64         `column:"password_min_length" usage:"password_min_length"`
	PasswordMaxAge            *time.Duration `column:"password_max_age" usage:"password_max_age"`
	PasswordHistory           *int64         `column:"password_history" usage:"password_history"`
}

func (m *manager) security(ctx context.Context, _ sdk.Period) (securitySettings, error) {
	return postgres.Row[securitySettings](ctx, m.views(ctx), "security_settings")
}
