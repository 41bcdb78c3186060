package main

import (
	stdcmp "cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/omitted"
)

// If both the Platform API and the views have a value, the API's is sent; if the API lacks it, the
// views'. The document names the source that was read. If neither has the value, it is missing with
// a reason.
func TestSourceFields(t *testing.T) {
	t.Parallel()
	both := []string{"license_information.serial_number", "license_information.serial_number_source",
		"license_information.features", "license_information.features_source",
		"feature_configuration.enterprise_directory"}
	parts := []string{"feature_configuration.enterprise_directory.integrated",
		"feature_configuration.enterprise_directory.secure_ldap"}
	license, directory := licenseResource.Path, directoryResource.Path
	for name, row := range map[string]struct {
		path, member string
		value        any    // of a member that differs
		status       int    // of all answers about license and directory
		views        bool   // there are views
		drop         string // one of the views
		from         [3]any // serial number, features, directory
		absent       map[string]sdk.Reason
	}{
		"healthy API":      {views: true, from: [3]any{fromAPI, fromAPI, fromAPI}},
		"an older release": {license, "serialNumber", "", 0, true, "", [3]any{fromViews, fromAPI, fromAPI}, nil},
		"placeholder serial number": {license, "serialNumber", "To be filled by O.E.M.", 0, true, "",
			[3]any{fromViews, fromAPI, fromAPI}, nil},
		"no features": {license, "plcmLicenseFeatureList", nil, 0, true, "",
			[3]any{fromAPI, fromViews, fromAPI}, nil},
		"none licensed": {license, "plcmLicenseFeatureList", []any{}, 0, true, "",
			[3]any{fromAPI, fromAPI, fromAPI}, nil},
		"a failing connection": {directory, "integrationStatus", "FAILED_CONNECTION", 0, true, "",
			[3]any{fromAPI, fromAPI, fromViews}, nil},
		"the same without views": {directory, "integrationStatus", "FAILED_CONNECTION", 0, false, "",
			[3]any{fromAPI, fromAPI, fromAPI}, omitted.Because(sdk.NotConfigured, parts...)},
		"the same without its view": {directory, "integrationStatus", "CONNECTING", 0, true, "enterprise_directory",
			[3]any{fromAPI, fromAPI, fromAPI}, omitted.Because(sdk.NotOnRelease, parts...)},
		"no such resource": {status: 404, views: true, from: [3]any{fromViews, fromViews, fromViews}},
		"a failure":        {status: 500, views: true, from: [3]any{fromViews, fromViews, fromViews}},
		"neither":          {status: 403, absent: omitted.Because(sdk.NotPermitted, both...)},
		"neither source of features": {status: 404, views: true, drop: "license_features",
			from: [3]any{fromViews, nil, fromViews},
			absent: omitted.Because(sdk.NotOnRelease, "license_information.features",
				"license_information.features_source")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := api.ResourceManager().WithMember(row.path, row.member, row.value)
			a := appliance{api: platformAPI(t, api.Config{Site: &site, Names: api.KebabCase})}
			if row.status != 0 {
				a.api.Faults.Set(license, api.Fault{Status: row.status})
				a.api.Faults.Set(directory, api.Fault{Status: row.status})
			}
			if row.views {
				a.database = server.Database(t)
			}
			if row.drop != "" {
				a.database.Exec(t, "DROP VIEW usage_data."+row.drop)
			}
			got := collect(t, a.bare(t))
			known, _ := got.Values["feature_configuration"]["enterprise_directory"].(map[string]any)
			licensed := got.Values["license_information"]
			from := [3]any{licensed["serial_number_source"], licensed["features_source"], known["source"]}
			if diff := cmp.Diff(row.from, from); diff != "" {
				t.Errorf("read from (-want +got)\n%s", diff)
			}
			if row.from[0] != nil && licensed["serial_number"] != "RM-8K31774250D1EB" ||
				row.from[1] != nil && licensed["features"] == nil {
				t.Errorf("got %v, want all of the license", licensed)
			}
			for _, field := range slices.Concat(both, parts) {
				category, _, _ := strings.Cut(field, ".")
				if reason := stdcmp.Or(got.Omitted[category], got.Omitted[field]); reason != row.absent[field] {
					t.Errorf("%s: got omitted %q, want %q", field, reason, row.absent[field])
				}
			}
		})
	}
}

// CAT-*: if a source answers without a value, the value is missing with its own reason; if no
// source has the serial number, its source is missing, too.
func TestMissingMembers(t *testing.T) {
	t.Parallel()
	license, directory := licenseResource.Path, directoryResource.Path
	serial := []string{"license_information.serial_number", "license_information.serial_number_source"}
	for _, row := range []struct {
		path, member string
		value        any
		serial       string // of the view
		want         map[string]sdk.Reason
		lost         []string
	}{
		{license, "serialNumber", "", "NULL", omitted.Because(sdk.Unexplained, serial...), serial},
		{license, "serialNumber", "To be filled by O.E.M.", "''", omitted.Because(sdk.Unexplained, serial...), serial},
		{license, "serialNumber", 17, "'To be filled by O.E.M.'", omitted.Because(sdk.Malformed, serial...), serial},
		{license, "licensingStatus", nil, "NULL",
			omitted.Because(sdk.Unexplained, "license_information.licensing_status"), nil},
		{license, "connectionStatus", members{}, "NULL",
			omitted.Because(sdk.Malformed, "license_information.connection_status"), nil},
		{license, "plcmLicenseFeatureList", []any{members{"name": "A"}, 17}, "NULL",
			omitted.Because(sdk.Malformed, "license_information.features"), nil},
		{directory, "integrationStatus", nil, "NULL",
			omitted.Because(sdk.Malformed, "feature_configuration.enterprise_directory.integration_status"), nil},
	} {
		site := api.ResourceManager().WithMember(row.path, row.member, row.value)
		a := appliance{api: platformAPI(t, api.Config{Site: &site}), database: server.Database(t)}
		a.database.Exec(t, `CREATE OR REPLACE VIEW usage_data.license AS
			SELECT `+row.serial+`::text AS serial_number, 30::bigint AS reclaim_days`)
		got := collect(t, a.bare(t))
		maps.DeleteFunc(got.Omitted, func(name string, _ sdk.Reason) bool {
			_, apart := omitted.And(noMachine, omitted.Because(sdk.NotConfigured, toldByAgent...))[name]
			return apart
		})
		if diff := cmp.Diff(row.want, got.Omitted); diff != "" {
			t.Errorf("%s %v, view %s (-want +got)\n%s", row.member, row.value, row.serial, diff)
		}
		for _, field := range row.lost {
			_, name, _ := strings.Cut(field, ".")
			if value, there := got.Values["license_information"][name]; there {
				t.Errorf("%s %v, view %s: got %s %v want none", row.member, row.value, row.serial, name, value)
			}
		}
	}
}

type members = map[string]any

// Each documented state of the integration is read by its meaning.
func TestDirectoryStates(t *testing.T) {
	yes, no := true, false
	for status, want := range map[string]directory{
		"integrated": {&yes, &yes}, "integrated_wo_encryption": {&yes, &no}, "disabled": {&no, nil},
		"connecting": {}, "failed": {}, "failed_connection": {}, "outdated": {}, "unknown": {}, "": {},
	} {
		var answer directoryStatus
		if err := answer.Integration.UnmarshalJSON([]byte(`"` + strings.ToUpper(status) + `"`)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, answer.directory()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", status, diff)
		}
	}
}
