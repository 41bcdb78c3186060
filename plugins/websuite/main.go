// Command websuite is the plugin for the Polycom RealPresence Web Suite. It reads the appliance's
// operating system, the statistics of the product's database and the views of usage_data.sql, which
// the product's team fills. README.md lists the fields, the rights that the plugin needs, and the
// cost for the product.
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
	w := webSuite{views: views.Of(db, contract()...)}
	return append([]sdk.Category{
		sdk.Collect("license_information", w.license),
		sdk.Collect("feature_usage", w.features),
		sdk.Collect("counts", w.counts),
		sdk.Collect("security_settings", w.security),
	}, machine.Categories(env, db)...)
}

// webSuite holds the sources that the collectors read.
type webSuite struct {
	views func(context.Context) *postgres.Server
}

// contract lists the views of usage_data.sql that are read.
func contract() []postgres.Shape {
	return []postgres.Shape{
		postgres.ViewOf[license]("license"),
		views.FeatureShape[feature](),
		postgres.ViewOf[socialIntegration]("social_integration"),
		postgres.ViewOf[enterpriseDirectory]("enterprise_directory"),
		postgres.HourlyOf[hourlyUsage]("feature_usage_hourly"),
		postgres.ViewOf[counts]("users"),
		postgres.ViewOf[securitySettings]("security_settings"),
	}
}
