package main

import (
	"fmt"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	api "polycom.com/usagedata/test/appliance/platformapi"
)

const licensePath = "/config/licenses/license-status"

// CAT-*, P1: every documented word is in the profile's lists. Any other word reaches the host
// unchanged, so that the host sends other and counts it.
func TestWords(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ path, member, field, documented, another string }{
		{licensePath, "licensingStatus", "license_information.licensing_status",
			"VALID INVALID VALID_SYSTEM_RESTART_REQUIRED UNKNOWN", "Expired on lic01.nordwerk.example"},
		{licensePath, "connectionStatus", "license_information.connection_status",
			"CONNECTION_NOT_ATTEMPTED CONNECTING CONNECT_SUCCESS CONNECT_FAILURE UNKNOWN",
			"FAILED: lic01.nordwerk.example (10.47.3.19:3333) unreachable, user hjoergensen"},
		{"/config/enterprise-directory/status", "integrationStatus",
			"feature_configuration.enterprise_directory.integration_status",
			"FAILED FAILED_CONNECTION FAILED_ENTERPRISE_AUTHENTICATION_W_CODE",
			"FAILED: ldap1.nordwerk.example unreachable"},
		{"/dial-plans/a/dial-rules", "action", "feature_configuration.dial_rules.by_action",
			"RESOLVE_EXT_SIP_PEER RESOLVE_LYNC_ID BLOCK", "RESOLVE by dns1.nordwerk.example"},
	} {
		names := strings.SplitN(row.field, ".", 3)
		for _, word := range append(strings.Fields(row.documented), row.another) {
			site := small().WithDialPlans("a").WithMember(row.path, row.member, word)
			f := treated(t, from(t, site, api.Newest))[names[0]+"."+names[1]]
			raw, leaves := f.Raw, f.Leaves
			if len(names) > 2 {
				raw, leaves = raw.(members)[names[2]], leaves.(members)[names[2]]
			}
			want := strings.ToLower(word)
			if word == row.another {
				want = "other"
			}
			if got := fmt.Sprint(leaves); got != want && got != "map["+want+":1]" ||
				!strings.Contains(strings.ToLower(fmt.Sprint(raw)), strings.ToLower(word)) {
				t.Errorf("%s %s: got %v sent, %s leaves, want %s", row.member, word, raw, got, want)
			}
		}
	}
}

// P3: the host id becomes a pseudonym, whatever its format.
func TestTheHostIDIsAPseudonym(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"00:e0:db:53:42:9a", "VMW-564d9f3c71ae20b8", "8K31774250D1EA"} {
		site := small().WithMember(licensePath, "hostId", id)
		f := treated(t, from(t, site, api.Newest))["license_information.host_id"]
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
