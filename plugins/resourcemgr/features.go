package main

import (
	"context"

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

type enterpriseDirectory struct {
	Integrated *bool `column:"integrated" usage:"integrated"`
	SecureLDAP *bool `column:"secure_ldap" usage:"secure_ldap"`
}

// conference is what began within the period.
type conference struct {
	Scheduled    *int64 `column:"scheduled" usage:"scheduled"`
	AdHoc        *int64 `column:"ad_hoc" usage:"ad_hoc"`
	Multipoint   *int64 `column:"multipoint" usage:"multipoint"`
	PointToPoint *int64 `column:"point_to_point" usage:"point_to_point"`
	Participants *int64 `column:"participants" usage:"participants"`
}

type alertManagement struct {
	RemoteAlerts  *bool  `column:"remote_alerts" usage:"remote_alerts"`
	Profiles      *int64 `column:"profiles" usage:"profiles"`
	SNMPReceivers *int64 `column:"snmp_receivers" usage:"snmp_receivers"`
}

type licenseManagement struct {
	Mode string `usage:"mode"`
}

type userManagement struct {
	Users  *int64 `usage:"users"`
	Groups *int64 `usage:"groups"`
	Rooms  *int64 `usage:"rooms"`
}

func (m *manager) features(ctx context.Context, p sdk.Period) (f featureConfiguration, err error) {
	err = together(ctx, func(ctx context.Context, lacks *lacking) {
		m.managed(ctx, &f, lacks)
	}, func(ctx context.Context, lacks *lacking) {
		lacks.add(into(&f.UserManagement)(m.userManagement(ctx)), "user_management")
	}, func(ctx context.Context, lacks *lacking) {
		m.monitored(ctx, &f, lacks)
	}, func(ctx context.Context, lacks *lacking) {
		m.configured(ctx, p, &f, lacks)
	})
	return f, err
}

// configured is what the product's views tell.
func (m *manager) configured(ctx context.Context, p sdk.Period, f *featureConfiguration, lacks *lacking) {
	lacks.add(into(&f.EnterpriseDirectory)(postgres.Row[enterpriseDirectory](ctx, m.views(ctx), "enterprise_directory")),
		"enterprise_directory")
	lacks.add(into(&f.Conference)(postgres.Hour[conference](ctx, m.views(ctx), "conferences_hourly", p)), "conference")
	lacks.add(into(&f.AlertManagement)(postgres.Row[alertManagement](ctx, m.views(ctx), "alert_management")),
		"alert_management")
	read, err := m.licensing(ctx)
	f.LicenseReclaimDays = read.ReclaimDays
	lacks.add(err, "license_reclaim_days")
}

// managed are the endpoints.
func (m *manager) managed(ctx context.Context, f *featureConfiguration, lacks *lacking) {
	read, err := m.endpoints(ctx)
	if err == nil {
		err = read.unread
	}
	lacks.add(into(&f.Endpoints)(read.endpointStates, err), "endpoints")
}

// userManagement lacks the lists that a release does not have. Any other failure costs it all: the administrator should
// see it.
func (m *manager) userManagement(ctx context.Context) (u userManagement, err error) {
	if u.Users, err = platformapi.Optional(m.users(ctx)); err != nil {
		return u, err
	}
	if u.Groups, err = platformapi.Optional(platformapi.Count(ctx, m.api, groups)); err != nil {
		return u, err
	}
	u.Rooms, err = platformapi.Optional(platformapi.Count(ctx, m.api, rooms))
	return u, err
}

// monitored is what the SNMP agent tells.
func (m *manager) monitored(ctx context.Context, f *featureConfiguration, lacks *lacking) {
	read, err := m.objects(ctx)
	lacks.add(into(&f.Provisioning)(read.provisioning, err), "provisioning")
	lacks.add(into(&f.SoftwareUpdates)(read.softwareUpdates, err), "software_updates")
	lacks.add(into(&f.LicenseManagement)(licenseManagement{word(read.Mode, modes)}, err), "license_management")
	lacks.add(into(&f.NetworkTopology)(m.networkTopology(ctx, read.topology, err)), "network_topology")
}
