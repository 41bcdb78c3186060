// Command websuite is the plugin for the Polycom RealPresence Web Suite. It reads the appliance's operating system, the
// statistics of the product's database and the views of usage_data.sql, which the product's team fills; README.md says
// what, with which rights, and what that costs the product.
package main

import (
	_ "embed"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/plugins/internal/machine"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) {
	return categories(env, postgres.Open(env)), nil
}

func categories(env sdk.Env, db *postgres.Server) []sdk.Category {
	w := newWebSuite(db)
	return append([]sdk.Category{
		sdk.Collect("license_information", w.license),
		sdk.Collect("feature_usage", w.features),
		sdk.Collect("counts", w.counts),
		sdk.Collect("security_settings", w.security),
	}, machine.Categories(env, db)...)
}
