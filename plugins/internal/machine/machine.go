// Package machine reads the categories about the machine that all products report in the same way:
// hardware_configuration, a [sysinfo.HardwareConfiguration], and system_resource_usage, a
// [sysinfo.SystemResourceUsage] with the statistics of the product's database, if one is
// configured. The profiles repeat the same fields.
package machine

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// resourceUsage is the category system_resource_usage.
type resourceUsage struct {
	sysinfo.SystemResourceUsage
	Database *postgres.Statistics `usage:"database"`
}

type machine struct {
	env      sdk.Env
	database *postgres.Server
}

// Categories returns the two categories. database is the plugin's own connection, which its other
// collectors share.
func Categories(env sdk.Env, database *postgres.Server) []sdk.Category {
	m := machine{env, database}
	return []sdk.Category{
		sdk.Collect("hardware_configuration", m.hardware),
		sdk.Collect("system_resource_usage", m.resources),
	}
}

func (m machine) hardware(ctx context.Context, _ sdk.Period) (sysinfo.HardwareConfiguration, error) {
	return sysinfo.Hardware(ctx, m.env)
}

// resources reports the machine even if the database cannot be read, and the database even if the
// machine cannot be read.
func (m machine) resources(ctx context.Context, _ sdk.Period) (usage resourceUsage, err error) {
	missing := sdk.Parallel(ctx, func(ctx context.Context, missing *sdk.Missing) {
		read, err := m.database.Statistics(ctx)
		if err == nil {
			usage.Database = &read
		}
		missing.Add(err, "database")
	}, func(ctx context.Context, missing *sdk.Missing) {
		var err error
		usage.SystemResourceUsage, err = sysinfo.Resources(ctx, m.env)
		missing.Add(err)
	})
	return usage, missing.Err()
}
