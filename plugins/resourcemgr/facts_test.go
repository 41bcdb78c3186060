package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	api "polycom.com/usagedata/test/appliance/platformapi"
)

// CAT-*: the numbers are those of a site that is known, 312 endpoints over four pages among them.
func TestKnownFacts(t *testing.T) {
	t.Parallel()
	a := standIn(t)
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
	if database["engine"] != "postgresql" || !strings.HasPrefix(product.Cluster.Version(),
		fmt.Sprint(database["version"])) {
		t.Errorf("got database %v, want PostgreSQL %s", database, product.Cluster.Version())
	}
}

// knownFacts are the categories as they have to be: of the Platform API what the stand-in counts, of the SNMP agent
// what snmpd.ResourceManager documents, of the database what usage_data.sql selects.
func knownFacts(facts api.Counts) map[string]map[string]any {
	return map[string]map[string]any{
		"license_information": {
			"serial_number": "RM-8K31774250D1EB", "capability": int64(5000), "usage": int64(1873), "mode": "user",
			"audio_endpoint_capability": int64(60), "audio_endpoint_usage": int64(41),
			"video_endpoint_capability": int64(312), "video_endpoint_usage": int64(288),
			"features": []any{
				map[string]any{
					"name": "MANAGED_ENDPOINTS", "counted": true, "count": int64(5000), "perpetual": false,
					"start_date": "2025-04-01", "expiration_date": "2027-03-31",
				},
				map[string]any{"name": "MULTI_TENANCY", "counted": false, "perpetual": true, "start_date": "2025-04-01"},
				map[string]any{"name": "HIGH_AVAILABILITY", "counted": false, "perpetual": true, "start_date": "2025-04-01"},
			},
		},
		"system_configuration": {
			"software_version": "10.9.0.1204", "servers": int64(2), "clusters": int64(1), "redundancy": true,
			"redundancy_status": "in_service", "dma_systems": int64(3), "host": "rprm-isar-toelz-1",
		},
		"counts": {
			"users": whole(facts.Users), "users_local": int64(96), "users_enterprise": int64(1188),
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
		"enterprise_directory": map[string]any{"integrated": true, "secure_ldap": false},
		"conference": map[string]any{
			"scheduled": int64(14), "ad_hoc": int64(23), "multipoint": int64(21), "point_to_point": int64(16),
			"participants": int64(118),
		},
		"endpoints": map[string]any{
			"online": whole(facts.DevicesActive), "offline": whole(facts.DevicesInactive),
			"by_type": byFamily(facts.DevicesByModel),
		},
		"provisioning":     map[string]any{"succeeded": int64(57), "failed": int64(3)},
		"software_updates": map[string]any{"succeeded": int64(12), "failed": int64(1)},
		"network_topology": map[string]any{
			"sites": int64(27), "site_links": int64(31), "calls": int64(66),
			"bandwidth_used_max": 85.0, "packet_loss_max": 1.0, "jitter_max": 7.0, "delay_max": 44.0,
		},
		"user_management": map[string]any{"users": whole(facts.Users), "groups": whole(facts.Groups),
			"rooms": whole(facts.Rooms)},
		"alert_management": map[string]any{
			"remote_alerts": true, "profiles": int64(5), "snmp_receivers": int64(2),
		},
		"license_management":   map[string]any{"mode": "user"},
		"license_reclaim_days": int64(30),
	}
}

// whole is a number as it is sent.
func whole(n int) int64 { return int64(n) }

func byFamily(models map[string]int) map[string]any {
	families := map[string]any{}
	for model, n := range models {
		before, _ := families[string(familyOf(model))].(int64)
		families[string(familyOf(model))] = before + whole(n)
	}
	return families
}
