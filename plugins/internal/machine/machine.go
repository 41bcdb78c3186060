// Package machine is what the products report alike of the machine that they run on: the categories
// hardware_configuration and system_resource_usage, with the product's database where one is configured. Their profiles
// repeat the same fields.
package machine

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// measured is how long the processors are watched: long enough to mean something, short beside the cycle.
const measured = time.Second

// resourceUsage is the category system_resource_usage.
type resourceUsage struct {
	sysinfo.SystemResourceUsage
	Database *postgres.Statistics `usage:"database"`
}

type machine struct {
	env      sdk.Env
	database *postgres.Server
}

// Categories are the two. The database is the plugin's own connection, shared with what else it reads there.
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

// resources reports the machine even where the database can't be read, and the database where the machine can't.
func (m machine) resources(ctx context.Context, _ sdk.Period) (usage resourceUsage, err error) {
	lacking := sdk.Together(ctx, func(ctx context.Context, lacking *sdk.Lacking) {
		read, err := m.database.Statistics(ctx)
		if err == nil {
			usage.Database = &read
		}
		lacking.Add(err, "database")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		var err error
		usage.SystemResourceUsage, err = sysinfo.Resources(ctx, m.env, measured)
		lacking.Add(err)
	})
	return usage, lacking.Err()
}
