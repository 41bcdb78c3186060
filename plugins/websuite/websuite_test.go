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
var plugin = viewcontract.Plugin{Profile: profileYAML, Open: open, Root: "testdata/missing", Known: known}

// whole is the plugin on an appliance.
func whole(t *testing.T, sources map[string]any) sdktest.Result {
	t.Helper()
	return sdktest.Collect(t, profileYAML, open, sdktest.On{Root: "testdata/good", Sources: sources})
}

// costs is what goes missing with each view.
var costs = viewcontract.Costs{
	"license":              {"license_information"},
	"license_features":     {"license_information.features"},
	"social_integration":   {"feature_usage.social_integration"},
	"enterprise_directory": {"feature_usage.enterprise_directory"},
	"feature_usage_hourly": hourlyFields,
	"users":                {"counts"},
	"security_settings":    {"security_settings"},
}

var hourlyFields = []string{
	"feature_usage.conferences_started", "feature_usage.conferences_peak", "feature_usage.participants",
	"feature_usage.participants_peak", "feature_usage.documents_uploaded",
}

// known is what usage_data.sql says, as it has to be sent for the hour from 13:00 UTC on 1 March 2026.
func known() map[string]map[string]any {
	return map[string]map[string]any{
		"license_information": {
			"serial_number": "WS-8L200353429AFC", "state": "active", "licensed_participants": int64(250),
			"expiration_date": "2027-03-31",
			"features": []any{
				map[string]any{"name": "CONFERENCING", "counted": true, "count": int64(250), "perpetual": false,
					"start_date": "2025-04-01", "expiration_date": "2027-03-31"},
				map[string]any{"name": "CONTENT_SHARING", "counted": false, "perpetual": true, "start_date": "2025-04-01"},
				map[string]any{"name": "SOCIAL_INTEGRATION", "counted": false, "perpetual": true, "start_date": "2025-04-01"},
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

// watched is the plugin, and what it asks of its database.
func watched(db **postgres.Server) sdk.Open {
	return func(env sdk.Env) ([]sdk.Category, error) {
		*db = postgres.Open(env)
		return categories(env, *db), nil
	}
}
