// Command resourcemgr is the plugin for the Polycom RealPresence Resource Manager. It reads the
// appliance's operating system, its SNMP agent, its RealPresence Platform API, the statistics of
// its database and the views of usage_data.sql, which the product's team fills. README.md lists the
// fields, the rights that the plugin needs, and the cost for the product.
package main

import (
	"context"
	_ "embed"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/core/sdk/source/snmp"
	"polycom.com/usagedata/plugins/internal/machine"
	"polycom.com/usagedata/plugins/internal/platformapi"
	"polycom.com/usagedata/plugins/internal/views"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) {
	return newManager(env, postgres.Open(env)).categories(), nil
}

// manager holds the sources that the collectors read. Data that several collectors report is read
// once.
type manager struct {
	env      sdk.Env
	api      *platformapi.Client
	agent    *snmp.Agent
	database *postgres.Server

	views     func(context.Context) *postgres.Server
	objects   func(context.Context) (monitored, error)
	licensing func(context.Context) (licensing, error)
	endpoints func(context.Context) (endpoints, error)
	users     func(context.Context) (int64, error)
}

func newManager(env sdk.Env, database *postgres.Server) *manager {
	m := &manager{env: env, api: platformapi.Open(env), agent: snmp.Open(env), database: database}
	m.views = views.Of(database, contract()...)
	m.objects = sdk.Share(func(ctx context.Context) (monitored, error) { return readObjects(ctx, m.agent) })
	m.licensing = sdk.Share(func(ctx context.Context) (licensing, error) {
		return postgres.Row[licensing](ctx, m.views(ctx), "license")
	})
	m.endpoints = sdk.Share(m.readEndpoints)
	m.users = sdk.Share(func(ctx context.Context) (int64, error) { return platformapi.Count(ctx, m.api, users) })
	return m
}

// contract lists the views of usage_data.sql that are read.
func contract() []postgres.Shape {
	return []postgres.Shape{
		postgres.ViewOf[licensing]("license"),
		views.FeatureShape[views.Borrowed](),
		postgres.ViewOf[system]("system"),
		postgres.ViewOf[inventory]("inventory"),
		postgres.ViewOf[directoryUsers]("users"),
		postgres.ViewOf[directory]("enterprise_directory"),
		postgres.HourlyOf[conferenceKinds]("conferences_hourly"),
		postgres.ViewOf[alertManagement]("alert_management"),
		postgres.ViewOf[securitySettings]("security_settings"),
	}
}

func (m *manager) categories() []sdk.Category {
	return append([]sdk.Category{
		sdk.Collect("license_information", m.license),
		sdk.Collect("system_configuration", m.system),
		sdk.Collect("counts", m.counts),
		sdk.Collect("feature_configuration", m.features),
		sdk.Collect("security_settings", m.security),
	}, machine.Categories(m.env, m.database)...)
}
