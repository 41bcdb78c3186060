package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

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

// hourlyUsage is about the period. Where the product has not counted that hour it is not known, and not zero.
type hourlyUsage struct {
	ConferencesStarted *int64 `column:"conferences_started" usage:"conferences_started"`
	ConferencesPeak    *int64 `column:"conferences_peak" usage:"conferences_peak"`
	Participants       *int64 `column:"participants" usage:"participants"`
	ParticipantsPeak   *int64 `column:"participants_peak" usage:"participants_peak"`
	DocumentsUploaded  *int64 `column:"documents_uploaded" usage:"documents_uploaded"`
}

// features reads one view after the other. What can't be read of one is missing with its reason, and the others count.
func (w *webSuite) features(ctx context.Context, p sdk.Period) (f featureUsage, err error) {
	var lacking sdk.Lacking
	f.SocialIntegration, err = postgres.Row[socialIntegration](ctx, w.views(ctx), "social_integration")
	lacking.Add(err, "social_integration")
	f.EnterpriseDirectory, err = postgres.Row[enterpriseDirectory](ctx, w.views(ctx), "enterprise_directory")
	lacking.Add(err, "enterprise_directory")
	f.hourlyUsage, err = postgres.Hour[hourlyUsage](ctx, w.views(ctx), "feature_usage_hourly", p)
	lacking.Add(err, "conferences_started", "conferences_peak", "participants", "participants_peak", "documents_uploaded")
	return f, lacking.Err()
}
