package main

import (
	"strings"
	"testing"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	standin "polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/omitted"
	"polycom.com/usagedata/test/viewcontract"
)

// plugin is a Resource Manager whose only source is the database.
var plugin = viewcontract.Plugin{
	Profile: profileYAML,
	Categories: func(env sdk.Env, database *postgres.Server) []sdk.Category {
		return newManager(env, database).categories()
	},
	Known:   onlyInViews,
	Lacking: omitted.Because(sdk.NotConfigured, append(toldByAgent, fromPlatformAPI...)...),
	Beside: []string{"license_information.serial_number_source", "license_information.features_source",
		"feature_configuration.enterprise_directory.source"},
	Sources: map[string]string{"license_information.serial_number": "license_information.serial_number_source"},
	Costs: viewcontract.DependentValues{
		"license": {"license_information.serial_number", "license_information.serial_number_source",
			"feature_configuration.license_reclaim_days"},
		"license_features":     {"license_information.features", "license_information.features_source"},
		"system":               {"system_configuration"},
		"inventory":            {"counts.mcus", "counts.territories"},
		"users":                {"counts.users_local", "counts.users_enterprise"},
		"enterprise_directory": {"feature_configuration.enterprise_directory"},
		"conferences_hourly":   {"feature_configuration.conference"},
		"alert_management":     {"feature_configuration.alert_management"},
		"security_settings":    {"security_settings"},
	},
	Hour: viewcontract.Hour{
		View: "conferences_hourly", Path: "feature_configuration.conference.scheduled", At12: 6, At14: 9,
	},
	// One query for the contract, which returns a row for each column, one for the statistics, one
	// for each view; three licensed features.
	Cost:   postgres.Cost{Connections: 1, Queries: 11, Rows: 41 + 1 + 8 + 3},
	OneRow: "users", Slow: "inventory",
}

func TestContract(t *testing.T) { plugin.CheckContract(t, &server) }

// onlyInViews returns the known facts that do not need agent or Platform API.
func onlyInViews() map[string]map[string]any {
	known := knownFacts(api.Counts{})
	for _, name := range append(append([]string{"system_configuration.host"}, toldByAgent...), fromPlatformAPI...) {
		category, field, _ := strings.Cut(name, ".")
		record, part, parted := strings.Cut(field, ".")
		if parted {
			delete(known[category][record].(map[string]any), part)
			continue
		}
		delete(known[category], field)
	}
	license := known["license_information"]
	license["serial_number_source"], license["features_source"] = fromViews, fromViews
	known["feature_configuration"]["enterprise_directory"].(map[string]any)["source"] = fromViews
	return known
}

// If a location is inferred, the reviewer must see it: every field that is read from a view names
// the view.
func TestInferredFieldsAreMarked(t *testing.T) {
	t.Parallel()
	p, err := profile.Parse(profileYAML)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range server.Database(t).Columns(t) {
		names := strings.Split(c.Field+"..", ".")
		category, _ := p.Find(names[0])
		f, _ := category.Field(names[1])
		if c.Field != "" && !strings.Contains(strings.ToLower(category.Doc+f.Doc),
			"from the view "+c.View+" (inferred)") {
			t.Errorf("%s: got doc %q, want it to say from which view, and that this is inferred", c.Field, f.Doc)
		}
	}
}

// If a view has only NULL for a feature, the feature is missing, as not available on this release.
func TestViewsWithoutValues(t *testing.T) {
	t.Parallel()
	d := server.Database(t)
	d.Exec(t, `CREATE OR REPLACE VIEW usage_data.enterprise_directory AS
		SELECT NULL::boolean AS integrated, NULL::boolean AS secure_ldap`)
	plugin.Check(t, d, viewcontract.Expected{
		Omitted: omitted.Because(sdk.NotOnRelease, "feature_configuration.enterprise_directory"),
	})
}

// CAT-security_settings: a rule for passwords that is off is not applicable, as on a DMA.
func TestRulesForPasswords(t *testing.T) {
	t.Parallel()
	d := server.Database(t)
	d.Exec(t, `CREATE OR REPLACE VIEW usage_data.security_settings AS SELECT 'custom'::text AS mode, true AS console_access,
		false AS ssh_access, true AS access_whitelist, false AS skip_certificate_validation,
		ARRAY['tlsv1.1', 'tlsv1.2']::text[] AS tls_versions,
		ARRAY['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_RSA_WITH_AES_128_CBC_SHA']::text[] AS management_ciphers,
		'v3'::text AS snmp_version, 0::bigint AS password_min_length, interval '0' AS password_max_age,
		-1::bigint AS password_history`)
	const length, age = "security_settings.password_min_length", "security_settings.password_max_age"
	plugin.Check(t, d, viewcontract.Expected{
		Without: []string{length, age, "security_settings.password_history"},
		Omitted: omitted.And(omitted.Because(sdk.Explain(sdk.NotApplicable()), length, age),
			omitted.Because(sdk.Malformed, "security_settings.password_history")),
	})
}

// Even if the views are missing, the statistics of the database are sent with those of the machine.
func TestTheDatabasesStatistics(t *testing.T) {
	t.Parallel()
	d := server.Database(t)
	d.Exec(t, "DROP SCHEMA usage_data CASCADE")
	got := collect(t, appliance{database: d}.on(t))
	if database,
		_ := got.Values["system_resource_usage"]["database"].(map[string]any); database["engine"] != "postgresql" {
		t.Errorf("got database %v, want the server's statistics", database)
	}
	wrong := appliance{database: d}.on(t)
	wrong.Sources["database"].(map[string]any)["credentials"] = standin.File(t, d.Role+":wrong")
	if got := collect(t, wrong).Omitted["system_resource_usage.database"]; got != sdk.LoginRefused {
		t.Errorf("got omitted %q, want %q", got, sdk.LoginRefused)
	}
	folder := appliance{}.on(t)
	folder.Sources["database"] = map[string]any{"path": "/proc"}
	if got := collect(t, folder); got.Values["system_resource_usage"]["database"] == nil ||
		got.Omitted["security_settings"] != sdk.NotConfigured {
		t.Errorf("got omitted %v, want the folder's size, and no views", got.Omitted)
	}
}
