package main

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/omitted"
)

// CAT-*: if a resource fails, only the fields that are read from it are missing, with a reason that
// an administrator understands.
func TestFaultsOfThePlatformAPI(t *testing.T) {
	t.Parallel()
	active := []string{"statistics.registrations_active", "statistics.registrations_inactive",
		"statistics.registrations_by_state"}
	endpoints := append([]string{"counts.endpoints", "counts.endpoints_active", "counts.endpoints_inactive",
		"counts.endpoints_by_model"}, active...)
	clusters := slices.Concat(clustersFromAPI, clustersFromBoth)
	directory := []string{"feature_configuration.enterprise_directory.integration_status",
		"feature_configuration.enterprise_directory.connected"}
	settings := []string{"security_settings.mode", "security_settings.console_access", "security_settings.ssh_access",
		"security_settings.skip_certificate_validation",
		"security_settings.tls_versions",
		"security_settings.signaling_ciphers", "security_settings.management_ciphers", "security_settings.snmp_version"}
	for _, row := range []struct {
		path  string
		fault api.Fault
		want  map[string]sdk.Reason
	}{
		{"/hunt-groups", api.Fault{HTML: true}, omitted.Because(sdk.Malformed, "feature_configuration.hunt_groups")},
		{"/dial-plans", api.Fault{Status: http.StatusNotFound}, omitted.Because(sdk.NotOnRelease,
			"feature_configuration.dial_rules", "feature_configuration.lync.dial_rules")},
		{"/ext-sip-peer", api.Fault{Status: http.StatusForbidden}, omitted.Because(sdk.NotPermitted, "counts.sip_peers",
			"feature_configuration.lync.sip_peers")},
		// the rest of the record is sent
		{"/config/enterprise-directory/status", api.Fault{Status: http.StatusNotFound},
			omitted.Because(sdk.NotOnRelease, directory...)},
		{"/config/enterprise-directory/status", api.Fault{Cut: true}, omitted.Because(sdk.Malformed, directory...)},
		{"/security-settings", api.Fault{Cut: true}, omitted.Because(sdk.Malformed, settings...)},
		{"/login-policy/whitelist-config", api.Fault{Status: http.StatusForbidden},
			omitted.Because(sdk.NotPermitted, "security_settings.access_whitelist")},
		{"/login-policy/password-config", api.Fault{Status: http.StatusNotFound}, omitted.Because(sdk.NotOnRelease,
			"security_settings.password_min_length", "security_settings.password_max_age",
			"security_settings.password_history")},
		// the usage of the conference managers has them, too
		{"/users", api.Fault{Status: http.StatusForbidden}, nil},
		{"/conference-rooms", api.Fault{Status: http.StatusForbidden},
			omitted.Because(sdk.NotPermitted, "counts.conference_rooms")},
		{"/territories", api.Fault{Redirect: "https://127.0.0.1/"},
			omitted.Because(sdk.Malformed, "counts.territories")},
		{"/registration-policies", api.Fault{Status: http.StatusInternalServerError},
			omitted.Because(sdk.SourceFailed, "registration_policy")},
		{"/registration-policies", api.Fault{Status: http.StatusNotFound},
			omitted.Because(sdk.NotOnRelease, "registration_policy")},
		{"/conferences", api.Fault{Hang: true}, nil}, // as above
		{"/devices", api.Fault{WrongTypes: true}, omitted.Because(sdk.Malformed, endpoints...)},
		{"/dma-supercluster", api.Fault{Endless: true}, omitted.Because(sdk.Malformed, clusters...)},
		{"/device-authentication/inbound", api.Fault{HTML: true},
			omitted.Because(sdk.Malformed, "device_authentication.inbound_entries")},
	} {
		t.Run(row.path, func(t *testing.T) {
			t.Parallel()
			a := parts{api: appliance.PlatformAPI(t, api.Config{})}
			a.api.Faults.Set(row.path, row.fault)
			on := a.on(t)
			if row.fault.Hang {
				on.Limit = time.Minute // the request is given up earlier, and a busy machine has time for the others
			}
			omitted.Want(t, collect(t, on), omitted.And(apart, row.want))
		})
	}
}

// If the export does not exist, only its fields are missing. If rows lack values, only the fields
// that need them are.
func TestExports(t *testing.T) {
	t.Parallel()
	on := parts{export: networkUsageExport()}.on(t)
	if err := os.Remove(on.Root + exportPath); err != nil {
		t.Fatal(err)
	}
	if got := collect(t, on); got.Omitted["statistics"] != sdk.NotFound {
		t.Errorf("got statistics omitted: %q, want %q", got.Omitted["statistics"], sdk.NotFound)
	}
	minute := period().Start.Unix() / 60
	text := fmt.Sprintf("name,date,calls_started,calls_ended\na,%d,2,1\nb,%d,,1\n", minute, minute)
	if err := os.WriteFile(on.Root+exportPath, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := collect(t, on)
	all, _ := got.Values["statistics"]["network_usage"].(map[string]any)["all_scopes"].(map[string]any)
	const lost = "statistics.network_usage.all_scopes.calls_started"
	if diff := cmp.Diff(map[string]any{"calls_ended": int64(2)}, all); diff != "" ||
		got.Omitted[lost] != sdk.Malformed {
		t.Errorf("got %s omitted %q (-want +got)\n%s", lost, got.Omitted[lost], diff)
	}
}
