package main

import (
	"context"

	"polycom.com/usagedata/core/sdk/source/postgres"
)

// contract is what of usage_data.sql is read.
func contract() []postgres.Shape {
	return []postgres.Shape{
		postgres.ViewOf[licensing]("license"),
		postgres.ViewOf[licenseFeature]("license_features"),
		postgres.ViewOf[system]("system"),
		postgres.ViewOf[inventory]("inventory"),
		postgres.ViewOf[directoryUsers]("users"),
		postgres.ViewOf[enterpriseDirectory]("enterprise_directory"),
		postgres.HourlyOf[conference]("conferences_hourly"),
		postgres.ViewOf[alertManagement]("alert_management"),
		postgres.ViewOf[securitySettings]("security_settings"),
	}
}

// views are those of the contract. Before the first is read all are looked at, so that the log names at once what the
// product's team has to mend. The error is left alone: who reads a view finds out what a difference costs.
func (m *manager) views(ctx context.Context) *postgres.Server {
	_, _ = m.checked(ctx)
	return m.database
}
