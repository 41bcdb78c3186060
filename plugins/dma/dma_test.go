package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	export "polycom.com/usagedata/test/appliance/networkusage"
	standin "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// appliance is a DMA, or parts of it: the Platform API played, the agent real, the export written.
type appliance struct {
	api    *standin.Appliance
	agent  *snmpd.Daemon
	export *export.Export
}

// standIn is all of it for the length of a test.
func standIn(t *testing.T, config standin.Config) appliance {
	t.Helper()
	return appliance{platformAPI(t, config), agent(t, snmpd.Config{Objects: snmpd.DMA()}), anExport()}
}

func platformAPI(t *testing.T, config standin.Config) *standin.Appliance {
	t.Helper()
	a, err := standin.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, a.Close)
	return a
}

func agent(t *testing.T, config snmpd.Config) *snmpd.Daemon {
	t.Helper()
	d, err := snmpd.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, d.Close)
	return d
}

func closed(t *testing.T, end func() error) {
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
}

// anExport has some rows before and behind the period.
func anExport() *export.Export {
	return &export.Export{Start: period().Start.Add(-10 * time.Minute), Minutes: 80, Scopes: 60}
}

func period() sdk.Period {
	start := time.Date(2026, time.March, 1, 13, 0, 0, 0, time.UTC)
	return sdk.Period{Start: start, End: start.Add(time.Hour)}
}

// on is what there is of the appliance, on the good root.
func (a appliance) on(t *testing.T) sdktest.On {
	t.Helper()
	on := sdktest.On{Root: root(t), Sources: map[string]any{}, Period: period()}
	if a.api != nil {
		user, password := a.api.Credentials()
		on.Sources["platform_api"] = map[string]any{
			"url": a.api.URL(), "credentials": file(t, user+":"+password), "ca": file(t, string(a.api.CA.PEM())),
		}
	}
	if a.agent != nil {
		settings, err := a.agent.Sources(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		on.Sources["snmp"] = settings
	}
	if a.export != nil {
		on.Sources["network_usage"] = map[string]any{"files": exportPath}
		write(t, on.Root, *a.export)
	}
	return on
}

// exportPath is where the export lies on the appliance.
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

// root is a copy of the good root, in which a test may write.
func root(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/good")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func collect(t *testing.T, on sdktest.On) sdktest.Result {
	t.Helper()
	result, _ := collectBy(t, on)
	return result
}

func collectBy(t *testing.T, on sdktest.On) (sdktest.Result, *dma) {
	t.Helper()
	var d *dma
	result := sdktest.Collect(t, profileYAML, func(env sdk.Env) ([]sdk.Category, error) {
		d = newDMA(env)
		return d.categories(), nil
	}, on)
	return result, d
}

// wantOmitted compares exactly: a fault costs what it feeds, and nothing else.
func wantOmitted(t *testing.T, got sdktest.Result, want map[string]sdk.Reason) {
	t.Helper()
	if diff := cmp.Diff(want, got.Omitted); diff != "" {
		t.Errorf("omitted (-want +got)\n%s\n%s", diff, got.Log)
	}
}

// because gives fields one reason.
func because(reason sdk.Reason, fields ...string) map[string]sdk.Reason {
	omitted := map[string]sdk.Reason{}
	for _, name := range fields {
		omitted[name] = reason
	}
	return omitted
}

func both(a, b map[string]sdk.Reason) map[string]sdk.Reason {
	joined := maps.Clone(a)
	maps.Copy(joined, b)
	return joined
}

// whole is a number as it is sent.
func whole(n int) int64 { return int64(n) }

// keyed are numbers by key as they are sent, with keys as the profile writes them.
func keyed(counts map[string]int, rename func(string) string) map[string]any {
	renamed := map[string]any{}
	for key, n := range counts {
		before, _ := renamed[rename(key)].(int64)
		renamed[rename(key)] = before + int64(n)
	}
	return renamed
}

// CAT-*: the numbers are those of a site that is known.
func TestKnownFacts(t *testing.T) {
	t.Parallel()
	site := standin.Believable()
	for _, names := range []standin.Names{standin.CamelCase, standin.KebabCase} {
		a := standIn(t, standin.Config{Names: names})
		got := collect(t, a.on(t))
		wantOmitted(t, got, map[string]sdk.Reason{})
		for category, want := range knownFacts(site, site.Counts(), a.export.Facts(period().Start, period().End)) {
			if diff := cmp.Diff(want, got.Values[category]); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", category, diff)
			}
		}
	}
}

// An older release lacks some resources, which is said, and some members, which are left out; nothing fails.
func TestOlderRelease(t *testing.T) {
	t.Parallel()
	for _, names := range []standin.Names{standin.CamelCase, standin.KebabCase} {
		a := standIn(t, standin.Config{Release: standin.Older, Names: names})
		got := collect(t, a.on(t))
		wantOmitted(t, got, because(sdk.NotOnRelease,
			"statistics.calls_active_by_signaling", "device_authentication.inbound_entries", "device_authentication.outbound_entries"))
		for category, lacking := range map[string][]string{
			"license_information": {"burst_available", "burst_enabled"},
			"security_settings":   {"access_whitelist", "signaling_ciphers", "tls_versions"},
			"registration_policy": {"delete_inactive", "inactive_days_min", "include_changed_devices"},
		} {
			for _, field := range lacking {
				if value, ok := got.Values[category][field]; ok {
					t.Errorf("%s.%s: got %v, want it left out", category, field, value)
				}
			}
		}
		facts := standin.Believable().Counts()
		if got, want := got.Values["counts"]["endpoints_active"], whole(facts.DevicesActive); got != want {
			t.Errorf("got %v active endpoints, want %v", got, want)
		}
		if got, want := got.Values["statistics"]["call_limit"], whole(1000); got != want {
			t.Errorf("got call limit %v, want the agent's %v", got, want)
		}
	}
}

// A root that tells nothing costs the categories of the operating system only.
func TestRootsThatTellNothing(t *testing.T) {
	t.Parallel()
	a := appliance{api: platformAPI(t, standin.Config{})}
	for _, root := range []string{"empty", "garbage", "missing"} {
		on := a.on(t)
		on.Root = "testdata/" + root
		got := collect(t, on)
		for _, category := range fromAPI {
			if got.Values[category] == nil {
				t.Errorf("%s: got %s omitted: %s, want it", root, category, got.Omitted[category])
			}
		}
		if root == "missing" && got.Omitted["hardware_configuration"] != sdk.NotFound {
			t.Errorf("%s: got hardware %v, want %q", root, got.Values["hardware_configuration"], sdk.NotFound)
		}
	}
}

// Without any source, the operating system is reported: the machine, and its name.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	got := collect(t, appliance{}.on(t))
	want := because(sdk.NotConfigured, slices.DeleteFunc(slices.Clone(fromAPI), func(name string) bool { return name == "system_configuration" })...)
	wantOmitted(t, got, both(want, because(sdk.NotConfigured, "system_configuration.clusters", "system_configuration.clusters_by_status",
		"system_configuration.servers", "system_configuration.software_version", "system_configuration.members")))
	if strings.Contains(got.Log, "[ERROR]") || strings.Contains(got.Log, "[WARN]") {
		t.Errorf("got log %q, want no complaint about what is not configured", got.Log)
	}
}

// fromAPI are the categories that the Platform API tells.
var fromAPI = []string{"license_information", "system_configuration", "counts", "statistics", "feature_configuration",
	"security_settings", "registration_policy", "device_authentication"}
