package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	standin "polycom.com/usagedata/test/appliance/platformapi"
)

// fromAPI are the categories that the Platform API tells, fromSystem those of the operating system.
var (
	fromAPI = []string{"license_information", "system_configuration", "counts", "statistics", "feature_configuration",
		"security_settings", "registration_policy", "device_authentication"}
	fromSystem = []string{"hardware_configuration", "system_resource_usage"}
)

// appliance starts the stand-in for the length of a test.
func appliance(t *testing.T, config standin.Config) *standin.Appliance {
	t.Helper()
	a, err := standin.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// on is the good root and the stand-in.
func on(t *testing.T, a *standin.Appliance) sdktest.On {
	t.Helper()
	user, password := a.Credentials()
	return sdktest.On{Root: "testdata/good", Sources: map[string]any{"platform_api": map[string]any{
		"url":         a.URL(),
		"credentials": file(t, user+":"+password),
		"ca":          file(t, string(a.CA.PEM())),
	}}}
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
	return sdktest.Collect(t, profileYAML, open, on)
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
	facts := site.Counts()
	for _, names := range []standin.Names{standin.CamelCase, standin.KebabCase} {
		got := collect(t, on(t, appliance(t, standin.Config{Names: names})))
		if len(got.Omitted) > 0 {
			t.Errorf("got omitted %v, want none\n%s", got.Omitted, got.Log)
		}
		for category, want := range knownFacts(site, facts) {
			if diff := cmp.Diff(want, got.Values[category]); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", category, diff)
			}
		}
	}
}

// An older release lacks some resources and members. They are left out, or their category is; nothing fails.
func TestOlderRelease(t *testing.T) {
	t.Parallel()
	got := collect(t, on(t, appliance(t, standin.Config{Release: standin.Older})))
	if diff := cmp.Diff(map[string]sdk.Reason{}, got.Omitted); diff != "" {
		t.Errorf("omitted (-want +got)\n%s", diff)
	}
	for category, lacking := range map[string][]string{
		"license_information":   {"burst_available", "burst_enabled"},
		"statistics":            {"calls_active_by_signaling", "call_limit"},
		"security_settings":     {"access_whitelist", "signaling_ciphers", "tls_versions"},
		"registration_policy":   {"delete_inactive", "inactive_days_min", "include_changed_devices"},
		"device_authentication": {"outbound_entries"},
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
}

// Without the Platform API, the operating system is reported.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	got := collect(t, sdktest.On{Root: "testdata/good"})
	want := map[string]sdk.Reason{}
	for _, category := range fromAPI {
		want[category] = sdk.NotConfigured
	}
	if diff := cmp.Diff(want, got.Omitted); diff != "" {
		t.Errorf("omitted (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(fromSystem, slices.Sorted(maps.Keys(got.Values))); diff != "" {
		t.Errorf("categories (-want +got)\n%s", diff)
	}
	if strings.Contains(got.Log, "[ERROR]") || strings.Contains(got.Log, "[WARN]") {
		t.Errorf("got log %q, want no complaint about what is not configured", got.Log)
	}
}

// A root that tells nothing costs the categories of the operating system only.
func TestRootsThatTellNothing(t *testing.T) {
	t.Parallel()
	a := appliance(t, standin.Config{})
	for _, root := range []string{"empty", "garbage", "missing"} {
		on := on(t, a)
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
