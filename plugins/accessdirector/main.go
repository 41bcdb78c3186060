// Command accessdirector is the plugin for the Polycom RealPresence Access Director. It reads the appliance's operating
// system, the statistics of the product's database and the views of usage_data.sql, which the product's team fills;
// README.md says what, with which rights, and what that costs the product.
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
	a := newAccessDirector(db)
	return append([]sdk.Category{
		sdk.Collect("license_information", a.license),
		sdk.Collect("system_configuration", a.system),
		sdk.Collect("counts", a.counts),
		sdk.Collect("statistics", a.statistics),
		sdk.Collect("feature_configuration", a.features),
		sdk.Collect("security_settings", a.security),
	}, machine.Categories(env, db)...)
}
