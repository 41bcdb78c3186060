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
		postgres.ViewOf[socialIntegration]("social_integration"),
		postgres.ViewOf[enterpriseDirectory]("enterprise_directory"),
		postgres.HourlyOf[hourlyUsage]("feature_usage_hourly"),
		postgres.ViewOf[counts]("users"),
		postgres.ViewOf[securitySettings]("security_settings"),
	}
}

// webSuite is what the collectors read from.
type webSuite struct {
	db      *postgres.Server
	checked func(context.Context) (struct{}, error)
}

func newWebSuite(db *postgres.Server) *webSuite {
	return &webSuite{db, sdk.Share(func(ctx context.Context) (struct{}, error) {
		return struct{}{}, postgres.Contract(ctx, db, contract()...)
	})}
}

// views are those of the contract. Before the first is read all are looked at, so that the log names at once what the
// product's team has to mend. The error is left alone: who reads a view finds out what a difference costs.
func (w *webSuite) views(ctx context.Context) *postgres.Server {
	_, _ = w.checked(ctx)
	return w.db
}
