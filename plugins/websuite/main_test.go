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
		"CREATE OR REPLACE VIEW usage_data.users AS SELECT 100000::bigint AS local, 2000000::bigint AS enterprise")
}

var plugin = viewcontract.Plugin{
	Profile: profileYAML, Categories: categories, Known: known,
	Costs: viewcontract.DependentValues{
		"license":              {"license_information"},
		"license_features":     {"license_information.features"},
		"social_integration":   {"feature_usage.social_integration"},
		"enterprise_directory": {"feature_usage.enterprise_directory"},
		"feature_usage_hourly": {
			"feature_usage.conferences_started", "feature_usage.conferences_peak", "feature_usage.participants",
			"feature_usage.participants_peak", "feature_usage.documents_uploaded",
		},
		"users":             {"counts"},
		"security_settings": {"security_settings"},
	},
	Hour: viewcontract.Hour{View: "feature_usage_hourly", Path: "feature_usage.conferences_started", At12: 11,
		At14: 19},
	// One query for the contract, which returns a row for each column, one for the statistics, one
	// for each view.
	Cost:   postgres.Cost{Connections: 1, Queries: 9, Rows: 30 + 1 + 9},
	OneRow: "users", Slow: "social_integration",
}

// known returns the contents of usage_data.sql as they must be sent for the hour from 13:00 UTC on
// 1 March 2026.
func known() map[string]map[string]any {
	return map[string]map[string]any{
		"license_information": {
			"serial_number": "WS-8L200353429AFC", "state": "active", "licensed_participants": int64(250),
			"expiration_date": "2027-03-31",
			"features": []any{
				map[string]any{"name": "CONFERENCING", "counted": true, "count": int64(250), "perpetual": false,
					"start_date": "2025-04-01", "expiration_date": "2027-03-31"},
				map[string]any{"name": "CONTENT_SHARING", "counted": false, "perpetual": true,
					"start_date": "2025-04-01"},
				map[string]any{"name": "SOCIAL_INTEGRATION", "counted": false, "perpetual": true,
					"start_date": "2025-04-01"},
			},
		},
		"feature_usage": {
			"social_integration":   map[string]any{"enabled": true, "providers": []any{"facebook", "google"}},
			"enterprise_directory": map[string]any{"integrated": true, "secure_ldap": true, "domains": int64(2)},
			"conferences_started":  int64(37), "conferences_peak": int64(14), "participants": int64(312),
			"participants_peak": int64(121), "documents_uploaded": int64(26),
		},
		"counts": {"users_local": int64(58), "users_enterprise": int64(2140)},
		"security_settings": {
			"tls_min_version": "tlsv1.2", "ssh_access": false, "single_sign_on": "saml", "guest_access": true,
			"password_min_length": int64(12), "password_max_age": 90 * 86400.0, "password_history": int64(10),
		},
	}
}

// NULL is left out; no provider is an empty list, and no user a zero. A rule for passwords that is
// zero is off.
func TestNothingIsInvented(t *testing.T) {
	t.Parallel()
	d := server.Database(t)
	d.Exec(t, "CREATE OR REPLACE VIEW usage_data.users AS SELECT 0::bigint AS local, NULL::bigint AS enterprise",
		"CREATE OR REPLACE VIEW usage_data.social_integration AS SELECT NULL::boolean AS enabled, ARRAY[]::text[] AS "+
			"providers",
		`CREATE OR REPLACE VIEW usage_data.security_settings AS SELECT NULL::text AS tls_min_version, NULL::boolean AS ssh_access,
			NULL::text AS single_sign_on, NULL::boolean AS guest_access, 0::bigint AS password_min_length,
			interval '0' AS password_max_age, -1::bigint AS password_history`)
	collected := plugin.Collect(t, d.Sources(t))
	for rule, want := range map[string]sdk.Reason{"min_length": "not_applicable", "max_age": "not_applicable",
		"history": sdk.Malformed} {
		if reason := collected.Omitted["security_settings.password_"+rule]; reason != want {
			t.Errorf("%s: got omitted %q want %q", rule, reason, want)
		}
	}
	got := collected.Values
	if got, want := fmt.Sprint(got["counts"]), "map[users_local:0]"; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := fmt.Sprint(got["feature_usage"]["social_integration"]), "map[providers:[]]"; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := got["security_settings"]; len(got) > 0 {
		t.Errorf("got %v, want nothing of rules that are off", got)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	approved.Check(t, profileYAML, approved.Product{
		FirstAsked: "page",
		Setting: profile.Setting{
			Page: "Platform Settings > Diagnostics > Data Collection", Label: "Automatically Send Usage Data",
			Asks: true,
		},
		Analytics: "/var/log/usagedata/analytics.json",
		Categories: []string{
			"license_information", "feature_usage", "counts", "security_settings",
			"hardware_configuration", "system_resource_usage",
		},
		InClear: []string{
			"license_information.serial_number", "license_information.features.name",
			"hardware_configuration.chassis_serial",
		},
	})
}

func TestReadme(t *testing.T) { sourcetable.Check(t, profileYAML) }
