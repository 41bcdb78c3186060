package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

// contract is what of usage_data.sql is read.
func contract() []postgres.Shape {
	return []postgres.Shape{
		postgres.ViewOf[license]("license"),
		postgres.ViewOf[licenseFeature]("license_features"),
		postgres.ViewOf[systemConfiguration]("system_configuration"),
		postgres.ViewOf[counts]("counts"),
		postgres.ViewOf[current]("statistics"),
		postgres.HourlyOf[hourly]("statistics_hourly"),
		postgres.ViewOf[enterpriseDirectory]("enterprise_directory"),
		postgres.ViewOf[registrationPolicy]("registration_policy"),
		postgres.ViewOf[deviceAuthentication]("device_authentication"),
		postgres.ViewOf[accessProxy]("access_proxy"),
		postgres.ViewOf[securitySettings]("security_settings"),
	}
}

// accessDirector is what the collectors read from.
type accessDirector struct {
	db      *postgres.Server
	checked func(context.Context) (struct{}, error)
}

func newAccessDirector(db *postgres.Server) *accessDirector {
	return &accessDirector{db, sdk.Share(func(ctx context.Context) (struct{}, error) {
		return struct{}{}, postgres.Contract(ctx, db, contract()...)
	})}
}

// views are those of the contract. Before the first is read all are looked at, so that the log names at once what the
// product's team has to mend. The error is left alone: who reads a view finds out what a difference costs.
func (a *accessDirector) views(ctx context.Context) *postgres.Server {
	_, _ = a.checked(ctx)
	return a.db
}

// elsewhere says of fields that this product has no such thing. The vendor's list for it is that of another product,
// and what is only there is neither left out nor counted as none.
func elsewhere(fields ...string) error {
	var lacking sdk.Lacking
	lacking.Add(sdk.NotApplicable(), fields...)
	return lacking.Err()
}
