package main

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/plugins/internal/networkusage"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/approved"
	"polycom.com/usagedata/test/omitted"
	"polycom.com/usagedata/test/sourcetable"
)

// ofNewerReleases are fields whose resource or member the older release lacks.
var ofNewerReleases = []string{
	"license_information.serial_number", "license_information.host", "license_information.host_id",
	"counts.conference_rooms", "statistics.calls_active_by_signaling",
	"feature_configuration.dial_rules.preliminary_scripts",
	"security_settings.access_whitelist", "security_settings.skip_certificate_validation",
	"security_settings.tls_versions",
	"registration_policy.delete_inactive", "registration_policy.inactive_days_min",
	"registration_policy.include_changed_devices",
	"device_authentication.inbound_entries", "device_authentication.outbound_entries",
}

// An older release lacks some resources and some members, which is reported as the reason; nothing
// fails.
func TestOlderRelease(t *testing.T) {
	t.Parallel()
	for _, names := range []api.Names{api.CamelCase, api.KebabCase} {
		a := whole(t, api.Config{Release: api.Older, Names: names})
		got := collect(t, a.on(t))
		omitted.Want(t, got, omitted.And(omitted.Because(sdk.NotOnRelease, ofNewerReleases...),
			omitted.Because(sdk.Unexplained, "license_information.burst_available",
				"license_information.burst_enabled")))
		facts := api.Believable().Counts()
		if got, want := got.Values["counts"]["endpoints_active"], int64(facts.DevicesActive); got != want {
			t.Errorf("got %v active endpoints, want %v", got, want)
		}
		if got, want := got.Values["statistics"]["call_limit"], int64(1000); got != want {
			t.Errorf("got call limit %v, want the agent's %v", got, want)
		}
	}
}

// Without any source, the operating system is reported: the machine and its name.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	got := collect(t, parts{}.on(t))
	want := omitted.Because(sdk.NotConfigured, slices.Concat(fromAPI, clustersFromAPI, clustersFromBoth)...)
	delete(want, "system_configuration")
	omitted.Want(t, got, want)
	if strings.Contains(got.Log, "[ERROR]") || strings.Contains(got.Log, "[WARN]") {
		t.Errorf("got log %q, want no complaint about what is not configured", got.Log)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	sourcetable.Check(t, profileYAML)
	approved.Check(t, profileYAML, approved.Product{
		FirstAsked: "eula",
		Setting:    profile.Setting{Page: "Admin > Server > Licenses", Label: "Automatically send usage data"},
		Analytics:  "/var/log/usagedata/analytics.json",
		Categories: []string{
			"license_information", "system_configuration", "counts", "statistics", "feature_configuration",
			"security_settings", "hardware_configuration", "system_resource_usage", "registration_policy",
			"device_authentication",
		},
		InClear: []string{
			"license_information.serial_number", "license_information.features.name",
			"hardware_configuration.chassis_serial",
		},
	})
	sdktest.ClosedLists(t, profileYAML, map[string][]string{
		"counts.endpoints_by_model":                        families,
		"statistics.network_usage.peak_calls_by_bandwidth": networkusage.Bandwidths(),
	})
}
