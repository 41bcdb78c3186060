package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type securitySettings struct {
	Mode          string `column:"mode" usage:"mode"`
	SSHAccess     *bool  `column:"ssh_access" usage:"ssh_access"`
	TLSMinVersion string `column:"tls_min_version" usage:"tls_min_version"`
	MutualTLS     *bool  `column:"mutual_tls" usage:"mutual_tls"`
	SecureLDAP    *bool  `column:"secure_ldap" usage:"secure_ldap"`
}

func (a *accessDirector) security(ctx context.Context, _ sdk.Period) (securitySettings, error) {
	return postgres.Row[securitySettings](ctx, a.views(ctx), "security_settings")
}
