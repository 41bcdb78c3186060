package main

import (
	"context"
	"reflect"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type featureConfiguration struct {
	EnterpriseDirectory *enterpriseDirectory `usage:"enterprise_directory"`
	Conference          *conference          `usage:"conference"`
	Endpoints           *endpointStates      `usage:"endpoints"`
	Provisioning        *provisioning        `usage:"provisioning"`
	SoftwareUpdates     *softwareUpdates     `usage:"software_updates"`
	NetworkTopology     *networkTopology     `usage:"network_topology"`
	UserManagement      *userManagement      `usage:"user_management"`
	AlertManagement     *alertManagement     `usage:"alert_management"`
	LicenseManagement   *licenseManagement   `usage:"license_management"`
	LicenseReclaimDays  *int64               `usage:"license_reclaim_days"`
}

type alertManagement struct {
	RemoteAlerts  *bool  `column:"remote_alerts" usage:"remote_alerts"`
	Profiles      *int64 `column:"profiles" usage:"profiles"`
	SNMPReceivers *int64 `column:"snmp_receivers" usage:"snmp_receivers"`
}

type licenseManagement struct {
	Mode string `usage:"mode"`
}

// features reads all sources concurrently, so that the data of the other sources is not lost if one
// hangs.
func (m *manager) features(ctx context.Context, p sdk.Period) (f featureConfiguration, err error) {
	var status answer[directoryStatus]
	var view answer[directory]
	var active answer[*int64]
	var kinds answer[conferenceKinds]
	missing := sdk.Parallel(ctx, func(ctx context.Context, missing *sdk.Missing) {
		m.managed(ctx, &f, missing)
	}, func(ctx context.Context, missing *sdk.Missing) {
		f.UserManagement = m.userManagement(ctx, missing)
	}, func(ctx context.Context, missing *sdk.Missing) {
		m.monitored(ctx, &f, missing)
	}, func(ctx context.Context, _ *sdk.Missing) {
		read, lacks := platformapi.Fields[directoryStatus](ctx, m.api, directoryResource)
		status = answer[directoryStatus]{read, lacks["integration_status"]}
	}, func(ctx context.Context, _ *sdk.Missing) {
		active = answered(platformapi.Known(platformapi.Count(ctx, m.api, conferences)))
	}, func(ctx context.Context, missing *sdk.Missing) {
		view = answered(nonEmpty(postgres.Row[directory](ctx, m.views(ctx), "enterprise_directory")))
		kinds = answered(nonEmpty(postgres.Hour[conferenceKinds](ctx, m.views(ctx), "conferences_hourly", p)))
		m.configured(ctx, &f, missing)
	})
	f.enterpriseDirectory(status, view, missing)
	f.conference(active, kinds, missing)
	return f, missing.Err()
}

// configured reads the values that only the product's views have.
func (m *manager) configured(ctx context.Context, f *featureConfiguration, missing *sdk.Missing) {
	missing.Add(setFeature(&f.AlertManagement)(postgres.Row[alertManagement](ctx, m.views(ctx), "alert_management")),
		"alert_management")
	read, err := m.licensing(ctx)
	f.LicenseReclaimDays = read.ReclaimDays
	missing.Add(err, "license_reclaim_days")
}

// managed reads the endpoints.
func (m *manager) managed(ctx context.Context, f *featureConfiguration, missing *sdk.Missing) {
	read, err := m.endpoints(ctx)
	if err == nil {
		err = read.unread
	}
	missing.Add(setFeature(&f.Endpoints)(read.endpointStates, err), "endpoints")
}

// monitored reads the values that the SNMP agent has.
func (m *manager) monitored(ctx context.Context, f *featureConfiguration, missing *sdk.Missing) {
	read, err := m.objects(ctx)
	f.Provisioning = addRecord(missing, "provisioning", read.provisioning, read.lacks, err)
	f.SoftwareUpdates = addRecord(missing, "software_updates", read.softwareUpdates, read.lacks, err)
	mode := licenseManagement{word(read.Mode, modes)}
	f.LicenseManagement = addRecord(missing, "license_management", mode, read.lacks, err)
	network, lacks := m.networkTopology(ctx, read, err)
	f.NetworkTopology = addRecord(missing, "network_topology", network, lacks, err)
}

// setFeature sets a feature to the value that was read. If this release has no data for the
// feature, it is missing.
func setFeature[T any](feature **T) func(T, error) error {
	return func(read T, err error) error {
		read, err = nonEmpty(read, err)
		if err == nil {
			*feature = &read
		}
		return err
	}
}

// nonEmpty returns the value that was read, or an error if it is empty.
func nonEmpty[T any](read T, err error) (T, error) {
	if err == nil && reflect.ValueOf(read).IsZero() {
		err = sdk.NotAvailable(sdk.NotOnRelease)
	}
	return read, err
}
