package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/plugins/internal/platformapi"
	standin "polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/approved"
	"polycom.com/usagedata/test/omitted"
	"polycom.com/usagedata/test/sourcetable"
)

// CAT-*: the numbers of a known site are correct, among them 312 endpoints on four pages.
func TestKnownFacts(t *testing.T) {
	t.Parallel()
	a := whole(t)
	got := collect(t, a.on(t))
	if len(got.Omitted) > 0 {
		t.Errorf("got omitted %v, want none\n%s", got.Omitted, got.Log)
	}
	for category, want := range knownFacts(api.ResourceManager().Counts()) {
		if diff := cmp.Diff(want, got.Values[category]); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", category, diff)
		}
	}
	if got := a.api.Requests()["/devices"]; got != 4 {
		t.Errorf("got %d requests for endpoints, want one for each of 4 pages", got)
	}
	if got := got.Values["hardware_configuration"]["platform"]; got == nil {
		t.Error("got no platform, want the machine's")
	}
	database, _ := got.Values["system_resource_usage"]["database"].(map[string]any)
	if database["engine"] != "postgresql" || !strings.HasPrefix(server.Cluster.Version(),
		fmt.Sprint(database["version"])) {
		t.Errorf("got database %v, want PostgreSQL %s", database, server.Cluster.Version())
	}
}

// online returns the number of registered endpoints, in quarantine or not.
func online(facts api.Counts) int64 {
	return int64(facts.DevicesByState["ACTIVE"] + facts.DevicesByState["QUARANTINED"])
}

// knownFacts returns the expected categories: the counts of the simulated Platform API, the values
// that [snmpd.ResourceManager] documents, and those that usage_data.sql selects.
func knownFacts(facts api.Counts) map[string]map[string]any {
	return map[string]map[string]any{
		"license_information": {
			"serial_number": "RM-8K31774250D1EB", "serial_number_source": fromAPI, "features_source": fromAPI,
			"licensing_status": "valid", "connection_status": "connect_success",
			"capability": int64(5000), "usage": int64(1873), "mode": "user",
			"audio_endpoint_capability": int64(60), "audio_endpoint_usage": int64(41),
			"video_endpoint_capability": int64(312), "video_endpoint_usage": int64(288),
			"features": []any{
				map[string]any{
					"name": "MANAGED_ENDPOINTS", "counted": true, "count": int64(5000), "perpetual": false,
					"borrow_start": "2026-02-01T00:00:00Z", "borrow_end": "2026-03-31T23:59:59Z",
				},
				map[string]any{"name": "MULTI_TENANCY", "counted": false, "perpetual": true},
				map[string]any{"name": "HIGH_AVAILABILITY", "counted": false, "perpetual": true},
			},
		},
		"system_configuration": {
			"software_version": "10.9.0.1204", "servers": int64(2), "clusters": int64(1), "redundancy": true,
			"redundancy_status": "in_service", "dma_systems": int64(3), "host": "rprm-isar-toelz-1",
		},
		"counts": {
			"users": int64(facts.Users), "users_local": int64(96), "users_enterprise": int64(1188),
			"endpoints": int64(312), "sites": int64(27), "territories": int64(3), "mcus": int64(4),
		},
		"feature_configuration": knownFeatures(facts),
		"security_settings": {
			"mode": "custom", "console_access": true, "ssh_access": false, "access_whitelist": true,
			"skip_certificate_validation": false, "tls_versions": []any{"tlsv1.1", "tlsv1.2"}, "snmp_version": "v3",
			"management_ciphers":  []any{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA"},
			"password_min_length": int64(12), "password_max_age": 90 * 86400.0, "password_history": int64(10),
		},
	}
}

func knownFeatures(facts api.Counts) map[string]any {
	return map[string]any{
		"enterprise_directory": map[string]any{"integration_status": "integrated_wo_encryption", "integrated": true,
			"secure_ldap": false, "source": fromAPI},
		"conference": map[string]any{
			"active": int64(facts.Conferences), "gateway": int64(3), "embedded_multipoint": int64(4),
			"scheduled": int64(14), "ad_hoc": int64(23), "multipoint": int64(21), "point_to_point": int64(16),
			"participants": int64(118),
		},
		"endpoints": map[string]any{
			"online": online(facts), "offline": int64(facts.Devices) - online(facts),
			"by_type": byFamily(facts.DevicesByModel),
		},
		"provisioning":     map[string]any{"succeeded": int64(57), "failed": int64(3)},
		"software_updates": map[string]any{"succeeded": int64(12), "failed": int64(1)},
		"network_topology": map[string]any{
			"sites": int64(27), "site_links": int64(31), "calls": int64(66),
			"bandwidth_used_max": 85.0, "packet_loss_max": 1.0, "jitter_max": 7.0, "delay_max": 44.0,
		},
		"user_management": map[string]any{"users": int64(facts.Users), "groups": int64(facts.Groups),
			"rooms": int64(facts.Rooms)},
		"alert_management": map[string]any{
			"remote_alerts": true, "profiles": int64(5), "snmp_receivers": int64(2),
		},
		"license_management":   map[string]any{"mode": "user"},
		"license_reclaim_days": int64(30),
	}
}

func byFamily(models map[string]int) map[string]any {
	counts := map[string]any{}
	for model, n := range models {
		name := platformapi.Family(model, families)
		before, _ := counts[name].(int64)
		counts[name] = before + int64(n)
	}
	return counts
}

// Without any source, the operating system is reported: the machine and its name.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	got := collect(t, appliance{}.on(t))
	omitted.Want(t, got, omitted.And(nameOnly, omitted.Because(sdk.NotConfigured, "license_information", "counts",
		"feature_configuration")))
	if strings.Contains(got.Log, "[ERROR]") || strings.Contains(got.Log, "[WARN]") {
		t.Errorf("got log %q, want no complaint about what is not configured", got.Log)
	}
}

// An administrator can correct a configured source that fails. So if nothing is left of a category,
// its reason is that failure, not another source that is not configured.
func TestFailureIsReportedBeforeNotConfigured(t *testing.T) {
	t.Parallel()
	a := appliance{api: platformAPI(t, api.Config{})}
	on := a.on(t)
	if err := a.api.Close(); err != nil {
		t.Fatal(err)
	}
	got := collect(t, on)
	for category, want := range map[string]sdk.Reason{
		"counts": sdk.Refused, "feature_configuration": sdk.Refused, "license_information": sdk.Refused,
		"security_settings": sdk.NotConfigured,
	} {
		if got.Omitted[category] != want {
			t.Errorf("%s: got %q, want %q", category, got.Omitted[category], want)
		}
	}
}

// wantNoneOf fails if an identifier is in a value or the log. The one field that holds a name,
// which the host replaces with a pseudonym, is the name of this server.
func wantNoneOf(t *testing.T, identifiers []string, got sdktest.Result) {
	t.Helper()
	if system := got.Values["system_configuration"]; system != nil {
		delete(system, "host")
	}
	everything := strings.ToLower(text(got))
	for _, identifier := range identifiers {
		if strings.Contains(everything, strings.ToLower(identifier)) {
			t.Errorf("got %q in a value or the log, want it nowhere", identifier)
		}
	}
}

// ANON-1: credentials are not even read, and neither is any name.
func TestNoOtherMembersAreRead(t *testing.T) {
	t.Parallel()
	a := whole(t)
	site := api.ResourceManager()
	user, password := a.api.Credentials()
	identifiers := slices.Concat(site.Canaries(), site.Identifiers(), snmpd.Identifiers(), a.agent.Canaries(),
		[]string{user + ":", password, a.api.URL(), a.agent.Address()})
	first := collect(t, a.on(t))
	wantNoneOf(t, identifiers, first)
	if leaks := a.database.FindSecrets(text(first)); len(leaks) > 0 {
		t.Errorf("got %q of the database in values or log", leaks)
	}
	a.api.Faults.SetAll(api.Fault{Status: 500})
	a.database.Exec(t, "DROP SCHEMA usage_data CASCADE")
	on := a.on(t)
	on.Sources["snmp"].(map[string]any)["address"] = standin.StopAfter(t, a.agent, 1)
	got := collect(t, on)
	if got.Omitted["counts.users"] != sdk.SourceFailed || !strings.Contains(got.Log, "[WARN]") {
		t.Errorf("got omitted %v and log %q, want failures", got.Omitted, got.Log)
	}
	wantNoneOf(t, identifiers, got)
}

func TestProfile(t *testing.T) {
	t.Parallel()
	approved.Check(t, profileYAML, approved.Product{
		FirstAsked: "page",
		Setting:    profile.Setting{Page: "Admin > Server Settings > Licenses", Label: "Automatically send usage data"},
		Analytics:  "/var/log/usagedata/analytics.json",
		Categories: []string{
			"license_information", "system_configuration", "counts", "feature_configuration", "security_settings",
			"hardware_configuration", "system_resource_usage",
		},
		InClear: []string{
			"license_information.serial_number", "license_information.features.name",
			"hardware_configuration.chassis_serial",
		},
	})
	licensing, state := []string{modes[0], modes[1]}, []string{statuses[1], statuses[2], statuses[3]}
	sdktest.ClosedLists(t, profileYAML, map[string][]string{
		"feature_configuration.endpoints.by_type":           families,
		"license_information.mode":                          licensing,
		"feature_configuration.license_management.mode":     licensing,
		"system_configuration.redundancy_status":            state,
		"license_information.serial_number_source":          {fromAPI, fromViews},
		"license_information.features_source":               {fromAPI, fromViews},
		"feature_configuration.enterprise_directory.source": {fromAPI, fromViews},
	})
}

func TestReadme(t *testing.T) { sourcetable.Check(t, profileYAML) }
