package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	standin "polycom.com/usagedata/test/appliance/platformapi"
)

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
			"statistics.calls_active_by_signaling", "device_authentication.inbound_entries",
			"device_authentication.outbound_entries"))
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
	want := because(sdk.NotConfigured, slices.DeleteFunc(slices.Clone(fromAPI),
		func(name string) bool { return name == "system_configuration" })...)
	wantOmitted(t, got, both(want, because(sdk.NotConfigured, "system_configuration.clusters",
		"system_configuration.clusters_by_status",
		"system_configuration.servers", "system_configuration.software_version", "system_configuration.members")))
	if strings.Contains(got.Log, "[ERROR]") || strings.Contains(got.Log, "[WARN]") {
		t.Errorf("got log %q, want no complaint about what is not configured", got.Log)
	}
}

// fromAPI are the categories that the Platform API tells.
var fromAPI = []string{"license_information", "system_configuration", "counts", "statistics", "feature_configuration",
	"security_settings", "registration_policy", "device_authentication"}
