package main

import (
	_ "embed"
	"fmt"
	"os"
	"testing"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/test/approved"
	"polycom.com/usagedata/test/sourcetable"
	"polycom.com/usagedata/test/viewcontract"
)

//go:embed usage_data.sql
var usageData string

// server is a real PostgreSQL server in which the contract is installed.
var server viewcontract.Server

func TestMain(m *testing.M) { os.Exit(server.Run(m, usageData)) }

func TestContract(t *testing.T) { plugin.CheckContract(t, &server) }

func TestAppliance(t *testing.T) {
	plugin.CheckAppliance(t, &server,
		`CREATE OR REPLACE VIEW usage_data.counts AS
			SELECT 2000000::bigint AS users, 10000::bigint AS endpoints, 500::bigint AS external_gatekeepers,
				500::bigint AS sip_peers, 500::bigint AS sbcs`)
}

// notApplicable is the reason of the fields in the vendor's list that this product does not have.
// They are neither zero nor left out, and the rest of their category is sent.
var notApplicable = sdk.Explain(sdk.NotApplicable())

var plugin = viewcontract.Plugin{
	Profile: profileYAML, Categories: categories, Known: known,
	Lacking: map[string]sdk.Reason{
		"feature_configuration.lync":                  notApplicable,
		"feature_configuration.dial_rules":            notApplicable,
		"feature_configuration.shared_number_dialing": notApplicable,
		"feature_configuration.hunt_groups":           notApplicable,
		"counts.sites":                                notApplicable,
		"counts.mcus":                                 notApplicable,
		"statistics.conferences":                      notApplicable,
	},
	Costs: viewcontract.DependentValues{
		"license":              {"license_information"},
		"license_features":     {"license_information.features"},
		"system_configuration": {"system_configuration"},
		"counts":               {"counts"},
		"statistics":           {"statistics.registrations_active", "statistics.calls_active"},
		"statistics_hourly": {
			"statistics.calls_started", "statistics.calls_failed", "statistics.calls_peak",
			"statistics.relay_bandwidth",
		},
		"enterprise_directory":  {"feature_configuration.enterprise_directory"},
		"registration_policy":   {"feature_configuration.registration_policy"},
		"device_authentication": {"feature_configuration.device_authentication"},
		"access_proxy":          {"feature_configuration.access_proxy"},
		"security_settings":     {"security_settings"},
	},
	Hour: viewcontract.Hour{View: "statistics_hourly", Path: "statistics.calls_started", At12: 31, At14: 47},
	// One query for the contract, which returns a row for each column, one for the statistics, one
	// for each view.
	Cost:   postgres.Cost{Connections: 1, Queries: 13, Rows: 43 + 1 + 13},
	OneRow: "counts", Slow: "registration_policy",
}

// known returns the contents of usage_data.sql as they must be sent for the hour from 13:00 UTC on
// 1 March 2026.
func known() map[string]map[string]any {
	return map[string]map[string]any{
		"license_information": {
			"serial_number": "RPAD-8L1904550B21CG", "licensed_calls": int64(100),
			"features": []any{
				map[string]any{"name": "CALLS", "counted": true, "count": int64(100), "perpetual": false,
					"borrow_start": "2026-02-01T00:00:00Z", "borrow_end": "2026-03-31T23:59:59Z"},
				map[string]any{"name": "ACCESS_PROXY", "counted": false, "perpetual": true},
				map[string]any{"name": "TURN", "counted": true, "count": int64(20), "perpetual": true},
			},
		},
		"system_configuration": {
			"servers": int64(2), "clusters": int64(1), "deployment": "two_box", "load_balancer": false,
			"software_version": "4.2.5.178",
		},
		"counts": {
			"users": int64(418), "endpoints": int64(655), "external_gatekeepers": int64(1), "sip_peers": int64(3),
			"sbcs": int64(0),
		},
		"statistics": {
			"registrations_active": int64(207), "calls_active": int64(18),
			"calls_started": int64(84), "calls_failed": int64(5), "calls_peak": int64(29), "relay_bandwidth": 35814.5,
		},
		"feature_configuration": {
			"enterprise_directory": map[string]any{"integrated": true, "role_mappings": int64(4)},
			"registration_policy": map[string]any{"acl": true, "acl_rules": int64(23),
				"sip_registration": "authenticated",
				"h323_guest":       false},
			"device_authentication": map[string]any{"sip": true},
			"access_proxy": map[string]any{
				"https": int64(3), "ldap": int64(1), "xmpp": int64(1), "tunnel": int64(2), "turn": true,
				"provisioning_managed": true,
			},
		},
		"security_settings": {"mode": "custom", "ssh_access": true, "tls_min_version": "tlsv1.1", "mutual_tls": false,
			"secure_ldap": true},
	}
}

// NULL is left out, and zero is zero. A bandwidth below zero is not a measurement.
func TestNothingIsInvented(t *testing.T) {
	t.Parallel()
	d := server.Database(t)
	d.Exec(t, `CREATE OR REPLACE VIEW usage_data.counts AS SELECT NULL::bigint AS users, NULL::bigint AS endpoints, NULL::bigint AS external_gatekeepers,
			0::bigint AS sip_peers, NULL::bigint AS sbcs`,
		"CREATE OR REPLACE VIEW usage_data.device_authentication AS SELECT NULL::boolean AS sip",
		`CREATE OR REPLACE VIEW usage_data.statistics_hourly AS SELECT '2026-03-01 13:00:00+00'::timestamptz AS hour, 1::bigint AS calls_started,
			0::bigint AS calls_failed, NULL::bigint AS calls_peak, -1::double precision AS relay_bandwidth`,
		`CREATE OR REPLACE VIEW usage_data.statistics AS SELECT NULL::bigint AS registrations_active,
			NULL::bigint AS calls_active`)
	got := plugin.Collect(t, d.Sources(t)).Values
	if got, want := fmt.Sprint(got["counts"]), "map[sip_peers:0]"; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := fmt.Sprint(got["statistics"]), "map[calls_failed:0 calls_started:1]"; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, there := got["feature_configuration"]["device_authentication"]; there {
		t.Errorf("got device authentication %v, want nothing", got)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	approved.Check(t, profileYAML, approved.Product{
		FirstAsked: "eula",
		Setting:    profile.Setting{Page: "Maintenance > License", Label: "Automatically send usage data"},
		Analytics:  "/var/log/usagedata/analytics.json",
		Categories: []string{
			"license_information", "system_configuration", "counts", "statistics", "feature_configuration",
			"security_settings", "hardware_configuration", "system_resource_usage",
		},
		InClear: []string{
			"license_information.serial_number", "license_information.features.name",
			"hardware_configuration.chassis_serial",
		},
	})
}

func TestReadme(t *testing.T) { sourcetable.Check(t, profileYAML) }
