// Command dma is the plugin for the Polycom RealPresence DMA. It reads the appliance's operating
// system, its RealPresence Platform API, its SNMP agent, its Network Usage export and its database
// server. README.md lists the fields, the rights that the plugin needs, and the cost for the
// product.
package main

import (
	"context"
	_ "embed"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/core/sdk/source/snmp"
	"polycom.com/usagedata/plugins/internal/machine"
	"polycom.com/usagedata/plugins/internal/networkusage"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) { return newDMA(env).categories(), nil }

// dma holds the sources that the collectors read.
type dma struct {
	env   sdk.Env
	api   *platformapi.Client
	agent *snmp.Agent
	usage *networkusage.Export

	// Data from which several categories are read is read once.
	endpoints          func(context.Context) (endpoints, error)
	apiManagers        func(context.Context) ([]conferenceManager, error)
	agentManagers      func(context.Context) ([]conferenceManager, error)
	agentLicenses      func(context.Context) ([]clusterLicense, error)
	agentRegistrations func(context.Context) ([]registrations, error)
}

func newDMA(env sdk.Env) *dma {
	d := &dma{env: env, api: platformapi.Open(env), agent: snmp.Open(env), usage: networkusage.Open(env)}
	d.endpoints, d.apiManagers = sdk.Share(d.readEndpoints), sdk.Share(d.readManagers)
	d.agentManagers = table[conferenceManager](d.agent, managerTable)
	d.agentLicenses = table[clusterLicense](d.agent, licenseTable)
	d.agentRegistrations = table[registrations](d.agent, registrationTable)
	return d
}

func (d *dma) categories() []sdk.Category {
	return append([]sdk.Category{
		sdk.Collect("license_information", d.license),
		sdk.Collect("system_configuration", d.system),
		sdk.Collect("counts", d.counts),
		sdk.Collect("statistics", d.statistics),
		sdk.Collect("feature_configuration", d.features),
		sdk.Collect("security_settings", d.security),
		sdk.Collect("registration_policy", d.registration),
		sdk.Collect("device_authentication", d.authentication),
	}, machine.Categories(d.env, postgres.Open(d.env))...)
}
