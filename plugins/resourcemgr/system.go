package main

import (
	"cmp"
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/core/sdk/sysinfo"
	"polycom.com/usagedata/plugins/internal/passwords"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type systemConfiguration struct {
	system
	RedundancyStatus string `usage:"redundancy_status"`
	Host             string `usage:"host"`
}

type system struct {
	SoftwareVersion string `column:"software_version" usage:"software_version"`
	Servers         *int64 `column:"servers" usage:"servers"`
	Clusters        *int64 `column:"clusters" usage:"clusters"`
	Redundancy      *bool  `column:"redundancy" usage:"redundancy"`
	DMASystems      *int64 `column:"dma_systems" usage:"dma_systems"`
}

func (m *manager) system(ctx context.Context, _ sdk.Period) (s systemConfiguration, err error) {
	s.Host = sysinfo.HostName(m.env)
	missing := sdk.Parallel(ctx, func(ctx context.Context, missing *sdk.Missing) {
		read, err := m.objects(ctx)
		s.RedundancyStatus = word(read.Redundancy, statuses)
		missing.Add(cmp.Or(err, lackReason(read.lacks, "Redundancy")), "redundancy_status")
	}, func(ctx context.Context, missing *sdk.Missing) {
		var err error
		s.system, err = postgres.Row[system](ctx, m.views(ctx), "system")
		missing.Add(err, "software_version", "servers", "clusters", "redundancy", "dma_systems")
	})
	return s, missing.Err()
}

type counts struct {
	Users     *int64 `usage:"users"`
	Endpoints *int64 `usage:"endpoints"`
	Sites     *int64 `usage:"sites"`
	inventory
	directoryUsers
}

type inventory struct {
	MCUs        *int64 `column:"mcus" usage:"mcus"`
	Territories *int64 `column:"territories" usage:"territories"`
}

// directoryUsers holds the two parts of a number that the API only reports as a sum.
type directoryUsers struct {
	Local      *int64 `column:"local" usage:"users_local"`
	Enterprise *int64 `column:"enterprise" usage:"users_enterprise"`
}

func (m *manager) counts(ctx context.Context, _ sdk.Period) (c counts, err error) {
	missing := sdk.Parallel(ctx, func(ctx context.Context, missing *sdk.Missing) {
		var err error
		c.Users, err = platformapi.Known(m.users(ctx))
		missing.Add(err, "users")
	}, func(ctx context.Context, missing *sdk.Missing) {
		read, err := m.endpoints(ctx)
		if err == nil {
			c.Endpoints = &read.total
		}
		missing.Add(err, "endpoints")
	}, func(ctx context.Context, missing *sdk.Missing) {
		read, err := m.objects(ctx)
		c.Sites = read.Sites
		missing.Add(cmp.Or(err, lackReason(read.lacks, "Sites")), "sites")
	}, func(ctx context.Context, missing *sdk.Missing) {
		var err error
		c.inventory, err = postgres.Row[inventory](ctx, m.views(ctx), "inventory")
		missing.Add(err, "mcus", "territories")
		c.directoryUsers, err = postgres.Row[directoryUsers](ctx, m.views(ctx), "users")
		missing.Add(err, "users_local", "users_enterprise")
	})
	return c, missing.Err()
}

type securitySettings struct {
	Mode                      string   `column:"mode" usage:"mode"`
	ConsoleAccess             *bool    `column:"console_access" usage:"console_access"`
	SSHAccess                 *bool    `column:"ssh_access" usage:"ssh_access"`
	AccessWhitelist           *bool    `column:"access_whitelist" usage:"access_whitelist"`
	SkipCertificateValidation *bool    `column:"skip_certificate_validation" usage:"skip_certificate_validation"`
	TLSVersions               []string `column:"tls_versions" usage:"tls_versions"`
	ManagementCiphers         []string `column:"management_ciphers" usage:"management_ciphers"`
	SNMPVersion               string   `column:"snmp_version" usage:"snmp_version"`
	passwords.Rules
}

func (m *manager) security(ctx context.Context, _ sdk.Period) (securitySettings, error) {
	s, err := postgres.Row[securitySettings](ctx, m.views(ctx), "security_settings")
	return s, cmp.Or(s.Judge(err), err)
}
