// Command resourcemgr is the plugin for the Polycom RealPresence Resource Manager. It reads the appliance's operating
// system, its SNMP agent, its RealPresence Platform API, the statistics of its database and the views of
// usage_data.sql, which the product's team fills; README.md says what, with which rights, and what that costs the
// product.
package main

import (
	_ "embed"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/machine"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) { return newManager(env).categories(), nil }

func (m *manager) categories() []sdk.Category {
	return append([]sdk.Category{
		sdk.Collect("license_information", m.license),
		sdk.Collect("system_configuration", m.system),
		sdk.Collect("counts", m.counts),
		sdk.Collect("feature_configuration", m.features),
		sdk.Collect("security_settings", m.security),
	}, machine.Categories(m.env, m.database)...)
}
