package main

import (
	_ "embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/postgres"
	standin "polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/omitted"
	"polycom.com/usagedata/test/viewcontract"
)

//go:embed usage_data.sql
var usageData string

// server is a real PostgreSQL server in which the contract is installed.
var server viewcontract.Server

func TestMain(m *testing.M) { os.Exit(server.Run(m, usageData)) }

// appliance is a Resource Manager with all or some of its sources: a simulated Platform API,
// a real agent and a real database.
type appliance struct {
	api      *api.Appliance
	agent    *snmpd.Daemon
	database *viewcontract.Database
}

// whole returns a Resource Manager with all its sources.
func whole(t *testing.T) appliance {
	t.Helper()
	return appliance{platformAPI(t, api.Config{}), agent(t, snmpd.ResourceManager()), server.Database(t)}
}

// platformAPI starts a simulator that answers in kebab-case, unless a site is given.
func platformAPI(t *testing.T, config api.Config) *api.Appliance {
	t.Helper()
	if config.Site == nil {
		site := api.ResourceManager()
		config.Site, config.Names = &site, api.KebabCase
	}
	return standin.PlatformAPI(t, config)
}

func agent(t *testing.T, objects []snmpd.Object) *snmpd.Daemon {
	t.Helper()
	return standin.Agent(t, snmpd.Config{Objects: objects})
}

// on returns the setup with these sources, on the good root.
func (a appliance) on(t *testing.T) sdktest.On {
	t.Helper()
	sources := map[string]any{}
	if a.database != nil {
		maps.Copy(sources, a.database.Sources(t))
	}
	if a.api != nil {
		sources["platform_api"] = standin.APISource(t, a.api)
	}
	if a.agent != nil {
		sources["snmp"] = standin.AgentSource(t, a.agent)
	}
	return sdktest.On{Root: "testdata/good", Sources: sources}
}

// bare returns the same setup on a root that has only a host name.
func (a appliance) bare(t *testing.T) sdktest.On {
	t.Helper()
	on := a.on(t)
	on.Root = t.TempDir()
	if err := os.Mkdir(filepath.Join(on.Root, "etc"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(on.Root, "etc/hostname"), []byte("rprm-isar-toelz-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return on
}

func collect(t *testing.T, on sdktest.On) sdktest.Result {
	t.Helper()
	result, _ := collectBy(t, on)
	return result
}

// collectBy runs the plugin once. The connection to the database is closed when the plugin's
// process ends, and here after the collect.
func collectBy(t *testing.T, on sdktest.On) (sdktest.Result, *manager) {
	t.Helper()
	var m *manager
	result := sdktest.Collect(t, profileYAML, func(env sdk.Env) ([]sdk.Category, error) {
		m = newManager(env, postgres.Open(env))
		return m.categories(), nil
	}, on)
	m.database.Close()
	return omitted.InACopy(result), m
}

// These fields come from one source only.
var (
	fromPlatformAPI = []string{
		"license_information.licensing_status", "license_information.connection_status",
		"counts.users", "counts.endpoints", "feature_configuration.endpoints", "feature_configuration.user_management",
		"feature_configuration.conference.active", "feature_configuration.enterprise_directory.integration_status",
	}
	toldByAgent = []string{
		"license_information.capability", "license_information.usage", "license_information.mode",
		"license_information.audio_endpoint_capability", "license_information.audio_endpoint_usage",
		"license_information.video_endpoint_capability", "license_information.video_endpoint_usage",
		"system_configuration.redundancy_status", "counts.sites", "feature_configuration.provisioning",
		"feature_configuration.software_updates", "feature_configuration.network_topology",
		"feature_configuration.license_management",
	}
	fromDatabaseViews = []string{
		"system_configuration.software_version", "system_configuration.servers", "system_configuration.clusters",
		"system_configuration.redundancy", "system_configuration.dma_systems",
		"counts.users_local", "counts.users_enterprise", "counts.territories", "counts.mcus",
		"feature_configuration.conference.scheduled", "feature_configuration.conference.ad_hoc",
		"feature_configuration.conference.multipoint", "feature_configuration.conference.point_to_point",
		"feature_configuration.conference.participants", "feature_configuration.conference.gateway",
		"feature_configuration.conference.embedded_multipoint",
		"feature_configuration.alert_management", "feature_configuration.license_reclaim_days", "security_settings",
	}
)

// fromBoth are the fields that come from the Platform API, or from the views if the API lacks
// them.
var fromBoth = []string{
	"license_information.serial_number", "license_information.serial_number_source",
	"license_information.features", "license_information.features_source",
	"feature_configuration.enterprise_directory",
}

// These fields are omitted if an appliance has only some of its sources.
var (
	// noMachine is omitted on a root that has only a host name. It is still known that there is no
	// database.
	noMachine = omitted.Because(sdk.NotFound, "hardware_configuration",
		"system_resource_usage.cpu_used_percent", "system_resource_usage.cpu_interval",
		"system_resource_usage.disks", "system_resource_usage.load_1",
		"system_resource_usage.load_5", "system_resource_usage.load_15", "system_resource_usage.memory_available_bytes",
		"system_resource_usage.memory_cached_bytes", "system_resource_usage.memory_total_bytes",
		"system_resource_usage.memory_used_bytes", "system_resource_usage.processes", "system_resource_usage.uptime",
		"system_resource_usage.swap_total_bytes", "system_resource_usage.swap_used_bytes")
	// nameOnly is omitted without agent and views, of the categories that one of them fills alone.
	nameOnly = omitted.Because(sdk.NotConfigured,
		append(of("system_configuration", slices.Concat(toldByAgent, fromDatabaseViews), true), "security_settings")...)
	// apart is omitted if the Platform API is the only source.
	apart = omitted.And(noMachine, omitted.Because(sdk.NotConfigured, slices.Concat(toldByAgent, fromDatabaseViews)...))
	// besides is omitted if the agent is the only source.
	besides = omitted.And(noMachine, omitted.Because(sdk.NotConfigured,
		withoutParts(slices.Concat(fromPlatformAPI, fromDatabaseViews, fromBoth))...))
)

// withoutParts replaces the parts of a field with the field itself, if none of the parts is sent.
func withoutParts(fields []string) []string {
	for i, name := range fields {
		if names := strings.Split(name, "."); len(names) > 2 {
			fields[i] = names[0] + "." + names[1]
		}
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// of returns the fields of a category, or those of all other categories.
func of(category string, fields []string, its bool) []string {
	return slices.DeleteFunc(slices.Clone(fields), func(name string) bool {
		return strings.HasPrefix(name, category+".") != its
	})
}

func text(got sdktest.Result) string { return fmt.Sprint(got.Values) + got.Log }
