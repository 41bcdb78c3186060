// Command dma is the plugin for the Polycom RealPresence DMA. It reads the appliance's operating system and its
// RealPresence Platform API; README.md says what, with which rights, and what that costs the product.
package main

import (
	_ "embed"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) {
	d := newDMA(env)
	return []sdk.Category{
		sdk.Collect("license_information", d.license),
		sdk.Collect("system_configuration", d.system),
		sdk.Collect("counts", d.counts),
		sdk.Collect("statistics", d.statistics),
		sdk.Collect("feature_configuration", d.features),
		sdk.Collect("security_settings", d.security),
		sdk.Collect("hardware_configuration", d.hardware),
		sdk.Collect("system_resource_usage", d.resources),
		sdk.Collect("registration_policy", d.registration),
		sdk.Collect("device_authentication", d.authentication),
	}, nil
}

func newDMA(env sdk.Env) *dma {
	d := &dma{env: env, api: platformapi.Open(env)}
	d.endpoints = sdk.Share(d.readEndpoints)
	return d
}
