package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// What each source tells, and no other does.
var (
	toldByAPI = []string{"counts.users", "counts.endpoints", "feature_configuration.endpoints",
		"feature_configuration.user_management"}
	toldByAgent = []string{
		"license_information.capability", "license_information.usage", "license_information.mode",
		"license_information.audio_endpoint_capability", "license_information.audio_endpoint_usage",
		"license_information.video_endpoint_capability", "license_information.video_endpoint_usage",
		"system_configuration.redundancy_status", "counts.sites", "feature_configuration.provisioning",
		"feature_configuration.software_updates", "feature_configuration.network_topology",
		"feature_configuration.license_management",
	}
	toldByViews = []string{
		"license_information.serial_number", "license_information.features",
		"system_configuration.software_version", "system_configuration.servers", "system_configuration.clusters",
		"system_configuration.redundancy", "system_configuration.dma_systems",
		"counts.users_local", "counts.users_enterprise", "counts.territories", "counts.mcus",
		"feature_configuration.enterprise_directory", "feature_configuration.conference",
		"feature_configuration.alert_management",
		"feature_configuration.license_reclaim_days", "security_settings",
	}
)

// nameOnly is what is not told where neither agent nor views are configured, of the categories that one of them tells.
var nameOnly = because(sdk.NotConfigured, append(of("system_configuration", slices.Concat(toldByAgent, toldByViews),
	true), "security_settings")...)

// noMachine is what a root tells that has a name only.
var noMachine = because(sdk.NotFound, "hardware_configuration", "system_resource_usage")

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

// wantOmitted compares exactly: a fault costs what it feeds, and nothing else.
func wantOmitted(t *testing.T, got sdktest.Result, want map[string]sdk.Reason) {
	t.Helper()
	if diff := cmp.Diff(want, got.Omitted); diff != "" {
		t.Errorf("omitted (-want +got)\n%s\n%s", diff, got.Log)
	}
}

// Without any source, the operating system is reported: the machine, and its name.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	got := collect(t, appliance{}.on(t))
	wantOmitted(t, got, both(nameOnly, because(sdk.NotConfigured, "license_information", "counts",
		"feature_configuration")))
	if strings.Contains(got.Log, "[ERROR]") || strings.Contains(got.Log, "[WARN]") {
		t.Errorf("got log %q, want no complaint about what is not configured", got.Log)
	}
}

// of are the fields of a category, or all others.
func of(category string, fields []string, its bool) []string {
	return slices.DeleteFunc(slices.Clone(fields), func(name string) bool {
		return strings.HasPrefix(name,
			category+".") != its
	})
}

// A source that is configured and fails is what an administrator can mend: where nothing is left of a category, that is
// its reason, and not what is not configured beside it.
func TestAFailureIsToldBeforeWhatIsNotConfigured(t *testing.T) {
	t.Parallel()
	a := appliance{api: platformAPI(t, api.Config{})}
	on := a.on(t)
	if err := a.api.Close(); err != nil {
		t.Fatal(err)
	}
	got := collect(t, on)
	for category, want := range map[string]sdk.Reason{
		"counts": sdk.Refused, "feature_configuration": sdk.Refused, "license_information": sdk.NotConfigured,
	} {
		if got.Omitted[category] != want {
			t.Errorf("%s: got %q, want %q", category, got.Omitted[category], want)
		}
	}
}

// A root that tells nothing costs the operating system's part only.
func TestRootsThatTellNothing(t *testing.T) {
	t.Parallel()
	a := appliance{api: platformAPI(t, api.Config{}), agent: agent(t, snmpd.Config{Objects: snmpd.ResourceManager()})}
	for _, root := range []string{"empty", "garbage", "missing"} {
		on := a.on(t)
		on.Root = "testdata/" + root
		got := collect(t, on)
		for _, category := range []string{"license_information", "counts", "feature_configuration", "system_configuration"} {
			if got.Values[category] == nil {
				t.Errorf("%s: got %s omitted: %s, want it", root, category, got.Omitted[category])
			}
		}
		if root == "missing" && got.Omitted["hardware_configuration"] != sdk.NotFound {
			t.Errorf("%s: got hardware %v, want %q", root, got.Values["hardware_configuration"], sdk.NotFound)
		}
	}
}
