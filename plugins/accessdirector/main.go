// Command accessdirector is the plugin for the Polycom RealPresence Access Director. It reads the
// appliance's operating system, the statistics of the product's database and the views of
// usage_data.sql, which the product's team fills. README.md lists the fields, the rights that the
// plugin needs, and the cost for the product.
package main

import (
	"context"
	_ "embed"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/plugins/internal/machine"
	"polycom.com/usagedata/plugins/internal/views"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) {
	return categories(env, postgres.Open(env)), nil
}

func categories(env sdk.Env, db *postgres.Server) []sdk.Category {
	a := accessDirector{views: views.Of(db, contract()...)}
	return append([]sdk.Category{
		sdk.Collect("license_information", a.license),
		sdk.Collect("system_configuration", a.system),
		sdk.Collect("counts", a.counts),
		sdk.Collect("statistics", a.statistics),
		sdk.Collect("feature_configuration", a.features),
		sdk.Collect("security_settings", a.security),
	}, machine.Categories(env, db)...)
}

// accessDirector holds the sources that the collectors read.
type accessDirector struct {
	views func(context.Context) *postgres.Server
}

// contract lists the views of usage_data.sql that are read.
func contract() []postgres.Shape {
	return []postgres.Shape{
		postgres.ViewOf[license]("license"),
		views.FeatureShape[views.Borrowed](),
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
