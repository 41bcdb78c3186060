package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance"
	export "polycom.com/usagedata/test/appliance/networkusage"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/omitted"
)

// parts are the sources of a DMA, or some of them: a simulated Platform API, a real agent,
// and an export in a file.
type parts struct {
	api    *api.Appliance
	agent  *snmpd.Daemon
	export *export.Export
}

// whole returns a DMA with all its sources.
func whole(t *testing.T, config api.Config) parts {
	t.Helper()
	return parts{appliance.PlatformAPI(t, config), agent(t, snmpd.DMA()), networkUsageExport()}
}

func agent(t *testing.T, objects []snmpd.Object) *snmpd.Daemon {
	t.Helper()
	return appliance.Agent(t, snmpd.Config{Objects: objects})
}

// networkUsageExport has some rows before and after the period.
func networkUsageExport() *export.Export {
	return &export.Export{Start: period().Start.Add(-10 * time.Minute), Minutes: 80, Scopes: 60}
}

func period() sdk.Period {
	start := time.Date(2026, time.March, 1, 13, 0, 0, 0, time.UTC)
	return sdk.Period{Start: start, End: start.Add(time.Hour)}
}

// on returns the setup with these sources, on the good root.
func (a parts) on(t *testing.T) sdktest.On {
	t.Helper()
	on := sdktest.On{Root: root(t), Sources: map[string]any{}, Period: period()}
	if a.api != nil {
		on.Sources["platform_api"] = appliance.APISource(t, a.api)
	}
	if a.agent != nil {
		on.Sources["snmp"] = appliance.AgentSource(t, a.agent)
	}
	if a.export != nil {
		on.Sources["network_usage"] = map[string]any{"files": exportPath}
		write(t, on.Root, *a.export)
	}
	return on
}

// exportPath is the path of the export on the appliance.
const exportPath = "/var/polycom/network-usage.csv"

func write(t *testing.T, root string, e export.Export) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(root+exportPath), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(root + exportPath)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Write(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// root returns a copy of the good root, which a test may change.
func root(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/good")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func collect(t testing.TB, on sdktest.On) sdktest.Result {
	t.Helper()
	result, _ := collectBy(t, on)
	return result
}

func collectBy(t testing.TB, on sdktest.On) (sdktest.Result, *dma) {
	t.Helper()
	var d *dma
	result := sdktest.Collect(t, profileYAML, func(env sdk.Env) ([]sdk.Category, error) {
		d = newDMA(env)
		return d.categories(), nil
	}, on)
	return omitted.InACopy(result), d
}

// These fields come from one source only.
var (
	fromAPI = []string{
		"license_information", "system_configuration", "counts", "statistics", "feature_configuration",
		"security_settings", "registration_policy", "device_authentication",
	}
	clustersFromAPI = []string{
		"system_configuration.servers", "system_configuration.software_version", "system_configuration.members",
	}
	clustersFromBoth = []string{"system_configuration.clusters", "system_configuration.clusters_by_status"}
	licenseFromAPI   = []string{
		"license_information.serial_number", "license_information.host_id", "license_information.host",
		"license_information.connection_status", "license_information.last_success",
		"license_information.burst_available", "license_information.burst_enabled", "license_information.features",
	}
	countsFromAPI = []string{
		"counts.users_enterprise", "counts.conference_rooms", "counts.endpoints", "counts.endpoints_active",
		"counts.endpoints_inactive", "counts.endpoints_by_model", "counts.sites", "counts.territories", "counts.mcus",
		"counts.mcus_by_type", "counts.external_gatekeepers", "counts.sip_peers", "counts.sbcs",
	}
	// of an older release
	ofAgent = []string{
		"statistics.calls_active", "statistics.participants_active", "statistics.video_ports_total",
		"statistics.video_ports_used", "statistics.voice_ports_total", "statistics.voice_ports_used",
	}
	ofExport = []string{"statistics.network_usage"}
)

// apart is omitted if the Platform API is the only source.
var apart = omitted.Because(sdk.NotConfigured, ofExport...)
