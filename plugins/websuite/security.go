package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type securitySettings struct {
	TLSMinVersion     string         `column:"tls_min_version" usage:"tls_min_version"`
	SSHAccess         *bool          `column:"ssh_access" usage:"ssh_access"`
	SingleSignOn      string         `column:"single_sign_on" usage:"single_sign_on"`
	GuestAccess       *bool          `column:"guest_access" usage:"guest_access"`
	PasswordMinLength *int64         `column:"password_min_length" usage:"password_min_length"`
	PasswordMaxAge    *time.Duration `column:"password_max_age" usage:"password_max_age"`
	PasswordHistory   *int64         `column:"password_history" usage:"password_history"`
}

func (w *webSuite) security(ctx context.Context, _ sdk.Period) (securitySettings, error) {
	return postgres.Row[securitySettings](ctx, w.views(ctx), "security_settings")
}
