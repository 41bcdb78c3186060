package main

import (
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
)

const licensePath = "/config/licenses/license-status"

// treatedWith collects from a simulator whose resource has these members. It returns each field
// with the value that the plugin sent and the value that the host lets pass.
func treatedWith(t *testing.T, path string, members map[string]any) map[string]sdktest.Treated {
	t.Helper()
	site := small()
	for name, value := range members {
		site = site.WithMember(path, name, value)
	}
	on := parts{api: appliance.PlatformAPI(t, api.Config{Site: &site})}.on(t)
	on.Root = "testdata/missing" // the machine does not matter here
	fields := map[string]sdktest.Treated{}
	for _, f := range collect(t, on).Treated(t) {
		fields[f.Field] = f
	}
	return fields
}

// licensedBy returns the fields of license_information.
func licensedBy(t *testing.T, members map[string]any) map[string]sdktest.Treated {
	t.Helper()
	fields := map[string]sdktest.Treated{}
	for name, f := range treatedWith(t, licensePath, members) {
		if field, ok := strings.CutPrefix(name, "license_information."); ok {
			fields[field] = f
		}
	}
	return fields
}

// P1: a state that is not in the list reaches the host unchanged, so that the host sends other and
// counts it.
func TestUnlistedState(t *testing.T) {
	t.Parallel()
	const failed = "FAILED: lic01.nordwerk.example (10.47.3.19:3333) unreachable, user hjoergensen"
	got := licensedBy(t, map[string]any{"connectionStatus": failed,
		"licensingStatus": "Expired on lic01.nordwerk.example"})
	for field, raw := range map[string]string{"connection_status": failed,
		"licensing_status": "Expired on lic01.nordwerk.example"} {
		if sent, _ := got[field].Raw.(string); !strings.EqualFold(sent, raw) {
			t.Errorf("%s: got %q sent, want it as the product says it", field, sent)
		}
		if got[field].Leaves != "other" {
			t.Errorf("%s: got %v leaves want other", field, got[field].Leaves)
		}
	}
}

// CAT-*: every documented state is in the lists.
func TestDocumentedStates(t *testing.T) {
	t.Parallel()
	for member, row := range map[string]struct {
		field string
		words string
	}{
		"licensingStatus": {"licensing_status", "VALID INVALID VALID_SYSTEM_RESTART_REQUIRED UNKNOWN"},
		"connectionStatus": {"connection_status",
			"CONNECTION_NOT_ATTEMPTED CONNECTING CONNECT_SUCCESS CONNECT_FAILURE UNKNOWN"},
	} {
		for word := range strings.FieldsSeq(row.words) {
			if got := licensedBy(t, map[string]any{member: word})[row.field].Leaves; got != strings.ToLower(word) {
				t.Errorf("%s %s: got %v leaves want %q", member, word, got, strings.ToLower(word))
			}
		}
	}
}

// P1: the state of the directory integration is reported in the same way, and one failure is not
// reported as another.
func TestTheStateOfTheDirectory(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"FAILED": "failed", "FAILED_CONNECTION": "failed_connection",
		"FAILED_ENTERPRISE_AUTHENTICATION_W_CODE":    "failed_enterprise_authentication_w_code",
		"FAILED: ldap1.nordwerk.example unreachable": "other",
	} {
		got := treatedWith(t, "/config/enterprise-directory/status", map[string]any{"integrationStatus": word})
		directory, _ := got["feature_configuration.enterprise_directory"].Leaves.(map[string]any)
		if directory["integration_status"] != want {
			t.Errorf("%s: got %v leaves want %s", word, directory["integration_status"], want)
		}
	}
}

// P3: the host id becomes a pseudonym, whatever its format.
func TestTheHostIDIsAPseudonym(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"00:e0:db:53:42:9a", "VMW-564d9f3c71ae20b8", "8K31774250D1EA"} {
		f := licensedBy(t, map[string]any{"hostId": id})["host_id"]
		leaves, _ := f.Leaves.(string)
		if f.Raw != id || !strings.HasPrefix(leaves, "device-") || strings.Contains(strings.ToLower(leaves),
			strings.ToLower(id)) {
			t.Errorf("%s: got %v sent, %q leaves want a pseudonym", id, f.Raw, leaves)
		}
	}
}

// CAT-license_information: the placeholders of products without a serial number are rejected, so
// that the second source is used.
func TestUnsetSerialNumber(t *testing.T) {
	t.Parallel()
	const newer, good = "/config/licenses/poly-license/status", "8K31774250D1EA"
	for _, row := range [][3]any{
		{"N/A", good, good}, {"To be filled by O.E.M.", good, good}, {"0000000000", good, good}, {nil, good, good},
		{good, "N/A", good}, {good, nil, good},
		{"N/A", "None", sdk.Unexplained}, {"Anna Weber", "N/A", sdk.Unexplained}, {nil, "unknown", sdk.Unexplained},
	} {
		site := small().WithMember(licensePath, "serialNumber", row[0]).
			WithObject(newer, members{"serialNumber": row[1], "state": "a"})
		got := from(t, site, api.Newest)
		var is any = got.Values["license_information"]["serial_number"]
		if is == nil {
			is = got.Omitted["license_information.serial_number"]
		}
		if is != row[2] {
			t.Errorf("%v, %v: got %v want %v", row[0], row[1], is, row[2])
		}
	}
}
