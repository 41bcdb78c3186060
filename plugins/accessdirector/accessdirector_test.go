package main

import (
	_ "embed"
	"fmt"
	"os"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/test/viewcontract"
)

//go:embed usage_data.sql
var usageData string

// product is a real PostgreSQL server in which the contract is installed.
var product *viewcontract.Server

func TestMain(m *testing.M) {
	var err error
	if product, err = viewcontract.Start(usageData); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := product.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// plugin is what the views are told by; on a root that tells nothing, as the operating system takes a second to watch.
var plugin = viewcontract.Plugin{Profile: profileYAML, Open: open, Root: "testdata/missing", Known: known,
	Inapplicable: inapplicable}

// whole is the plugin on an appliance.
func whole(t *testing.T, sources map[string]any) sdktest.Result {
	t.Helper()
	return sdktest.Collect(t, profileYAML, open, sdktest.On{Root: "testdata/good", Sources: sources})
}

// inapplicable is what of the vendor's list this product does not have.
var inapplicable = []string{
	"feature_configuration.lync", "feature_configuration.dial_rules", "feature_configuration.shared_number_dialing",
	"feature_configuration.hunt_groups", "counts.sites", "counts.mcus", "statistics.conferences",
}

// costs is what goes missing with each view.
var costs = viewcontract.Costs{
	"license":               {"license_information"},
	"license_features":      {"license_information.features"},
	"system_configuration":  {"system_configuration"},
	"counts":                {"counts"},
	"statistics":            {"statistics.registrations_active", "statistics.calls_active"},
	"statistics_hourly":     hourlyFields,
	"enterprise_directory":  {"feature_configuration.enterprise_directory"},
	"registration_policy":   {"feature_configuration.registration_policy"},
	"device_authentication": {"feature_configuration.device_authentication"},
	"access_proxy":          {"feature_configuration.access_proxy"},
	"security_settings":     {"security_settings"},
}

var hourlyFields = []string{
	"statistics.calls_started", "statistics.calls_failed", "statistics.calls_peak", "statistics.relay_bandwidth",
}

// known is what usage_data.sql says, as it has to be sent for the hour from 13:00 UTC on 1 March 2026.
func known() map[string]map[string]any {
	return map[string]map[string]any{
		"license_information": {
			"serial_number": "RPAD-8L1904550B21CG", "licensed_calls": int64(100),
			"features": []any{
				map[string]any{"name": "CALLS", "counted": true, "count": int64(100), "perpetual": false,
					"start_date": "2025-04-01", "expiration_date": "2027-03-31"},
				map[string]any{"name": "ACCESS_PROXY", "counted": false, "perpetual": true, "start_date": "2025-04-01"},
				map[string]any{"name": "TURN", "counted": true, "count": int64(20), "perpetual": true, "start_date": "2025-04-01"},
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
			"registration_policy": map[string]any{"acl": true, "acl_rules": int64(23), "sip_registration": "authenticated",
				"h323_guest": false},
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

// watched is the plugin, and what it asks of its database.
func watched(db **postgres.Server) sdk.Open {
	return func(env sdk.Env) ([]sdk.Category, error) {
		*db = postgres.Open(env)
		return categories(env, *db), nil
	}
}
