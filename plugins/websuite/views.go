package main

import (
	"cmp"
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/plugins/internal/passwords"
	"polycom.com/usagedata/plugins/internal/views"
)

type licenseInformation struct {
	license
	Features []feature `usage:"features"`
}

// feature has the days of its own term, because no document says that this product borrows
// features.
type feature struct {
	views.Feature
	StartDate      sdk.Date `column:"start_date" usage:"start_date"`
	ExpirationDate sdk.Date `column:"expiration_date" usage:"expiration_date"`
}

type license struct {
	SerialNumber         string   `column:"serial_number" usage:"serial_number"`
	State                string   `column:"state" usage:"state"`
	LicensedParticipants *int64   `column:"licensed_participants" usage:"licensed_participants"`
	ExpirationDate       sdk.Date `column:"expiration_date" usage:"expiration_date"`
}

func (w webSuite) license(ctx context.Context, _ sdk.Period) (l licenseInformation, err error) {
	if l.license, err = postgres.Row[license](ctx, w.views(ctx), "license"); err != nil {
		return l, err
	}
	var missing sdk.Missing
	l.Features, err = views.Features[feature](ctx, w.views(ctx))
	missing.Add(err, "features")
	return l, missing.Err()
}

type featureUsage struct {
	SocialIntegration   socialIntegration   `usage:"social_integration"`
	EnterpriseDirectory enterpriseDirectory `usage:"enterprise_directory"`
	hourlyUsage
}

type socialIntegration struct {
	Enabled   *bool    `column:"enabled" usage:"enabled"`
	Providers []string `column:"providers" usage:"providers"`
}

type enterpriseDirectory struct {
	Integrated *bool  `column:"integrated" usage:"integrated"`
	SecureLDAP *bool  `column:"secure_ldap" usage:"secure_ldap"`
	Domains    *int64 `column:"domains" usage:"domains"`
}

// hourlyUsage holds values of the period. If the product has not counted that hour, they are not
// known, and not zero.
type hourlyUsage struct {
	ConferencesStarted *int64 `column:"conferences_started" usage:"conferences_started"`
	ConferencesPeak    *int64 `column:"conferences_peak" usage:"conferences_peak"`
	Participants       *int64 `column:"participants" usage:"participants"`
	ParticipantsPeak   *int64 `column:"participants_peak" usage:"participants_peak"`
	DocumentsUploaded  *int64 `column:"documents_uploaded" usage:"documents_uploaded"`
}

// features reads the views one after the other. A part that cannot be read is missing with its
// reason, and the others are still reported.
func (w webSuite) features(ctx context.Context, p sdk.Period) (f featureUsage, err error) {
	var missing sdk.Missing
	f.SocialIntegration, err = postgres.Row[socialIntegration](ctx, w.views(ctx), "social_integration")
	missing.Add(err, "social_integration")
	f.EnterpriseDirectory, err = postgres.Row[enterpriseDirectory](ctx, w.views(ctx), "enterprise_directory")
	missing.Add(err, "enterprise_directory")
	f.hourlyUsage, err = postgres.Hour[hourlyUsage](ctx, w.views(ctx), "feature_usage_hourly", p)
	missing.Add(err, "conferences_started", "conferences_peak", "participants", "participants_peak",
		"documents_uploaded")
	return f, missing.Err()
}

type counts struct {
	UsersLocal      *int64 `column:"local" usage:"users_local"`
	UsersEnterprise *int64 `column:"enterprise" usage:"users_enterprise"`
}

func (w webSuite) counts(ctx context.Context, _ sdk.Period) (counts, error) {
	return postgres.Row[counts](ctx, w.views(ctx), "users")
}

type securitySettings struct {
	TLSMinVersion string `column:"tls_min_version" usage:"tls_min_version"`
	SSHAccess     *bool  `column:"ssh_access" usage:"ssh_access"`
	SingleSignOn  string `column:"single_sign_on" usage:"single_sign_on"`
	GuestAccess   *bool  `column:"guest_access" usage:"guest_access"`
	passwords.Rules
}

func (w webSuite) security(ctx context.Context, _ sdk.Period) (securitySettings, error) {
	s, err := postgres.Row[securitySettings](ctx, w.views(ctx), "security_settings")
	return s, cmp.Or(s.Judge(err), err)
}
