package main

import (
	"net/http"
	"os"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	standin "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/privateca"
)

// ofAgent and ofExport are what only the agent and the export tell.
var (
	ofAgent = []string{"statistics.calls_active", "statistics.participants_active", "statistics.video_ports_total",
		"statistics.video_ports_used", "statistics.voice_ports_total", "statistics.voice_ports_used"}
	ofExport = []string{"statistics.network_usage"}
)

// apart is what is not configured where the Platform API is all there is.
func apart() map[string]sdk.Reason {
	return because(sdk.NotConfigured, append(append([]string{}, ofAgent...), ofExport...)...)
}

// CAT-*: a fault costs what it feeds only, with a reason that an administrator understands.
func TestFaultsOfThePlatformAPI(t *testing.T) {
	t.Parallel()
	active := []string{"statistics.registrations_active", "statistics.registrations_inactive"}
	endpoints := append([]string{"counts.endpoints", "counts.endpoints_active", "counts.endpoints_inactive",
		"counts.endpoints_by_model"}, active...)
	clusters := []string{"system_configuration.clusters", "system_configuration.clusters_by_status",
		"system_configuration.servers",
		"system_configuration.software_version", "system_configuration.members"}
	settings := []string{"security_settings.mode", "security_settings.console_access", "security_settings.ssh_access",
		"security_settings.access_whitelist", "security_settings.skip_certificate_validation",
		"security_settings.tls_versions",
		"security_settings.signaling_ciphers", "security_settings.management_ciphers", "security_settings.snmp_version"}
	for _, row := range []struct {
		path  string
		fault standin.Fault
		want  map[string]sdk.Reason
	}{
		{"/hunt-groups", standin.Fault{HTML: true}, because(sdk.Malformed, "feature_configuration.hunt_groups")},
		{"/dial-rules", standin.Fault{Status: http.StatusNotFound},
			because(sdk.NotOnRelease, "feature_configuration.dial_rules", "feature_configuration.lync")},
		{"/ext-sip-peer", standin.Fault{Status: http.StatusForbidden}, because(sdk.NotPermitted, "counts.sip_peers",
			"feature_configuration.lync")},
		// the rest of the record is there
		{"/config/enterprise-directory/status", standin.Fault{Status: http.StatusNotFound}, nil},
		{"/config/enterprise-directory/status", standin.Fault{Cut: true},
			because(sdk.Malformed, "feature_configuration.enterprise_directory")},
		{"/security-settings", standin.Fault{Cut: true}, because(sdk.Malformed, settings...)},
		{"/config/local-password", standin.Fault{Status: http.StatusNotFound}, because(sdk.NotOnRelease,
			"security_settings.password_min_length", "security_settings.password_max_age",
			"security_settings.password_history")},
		{"/users", standin.Fault{Status: http.StatusForbidden}, because(sdk.NotPermitted, "counts.users_local")},
		{"/territories", standin.Fault{Redirect: "https://127.0.0.1/"}, because(sdk.Malformed, "counts.territories")},
		{"/registration-policies", standin.Fault{Status: http.StatusInternalServerError},
			because(sdk.SourceFailed, "registration_policy")},
		{"/registration-policies", standin.Fault{Status: http.StatusNotFound},
			because(sdk.NotOnRelease, "registration_policy")},
		{"/conferences", standin.Fault{Hang: true}, because(sdk.TimedOut, "statistics.conferences_active")},
		{"/devices", standin.Fault{WrongTypes: true}, because(sdk.Malformed, endpoints...)},
		{"/dma-supercluster", standin.Fault{Endless: true}, because(sdk.Malformed, clusters...)},
		{"/device-authentication/inbound", standin.Fault{HTML: true},
			because(sdk.Malformed, "device_authentication.inbound_entries")},
	} {
		t.Run(row.path, func(t *testing.T) {
			t.Parallel()
			a := appliance{api: platformAPI(t, standin.Config{})}
			a.api.Faults.Set(row.path, row.fault)
			on := a.on(t)
			if row.fault.Hang {
				on.Limit = 5 * time.Second
			}
			wantOmitted(t, collect(t, on), both(apart(), row.want))
		})
	}
}

// A wrong password is tried by at most the two requests that are under way, because products lock accounts.
func TestARefusedLogin(t *testing.T) {
	t.Parallel()
	a := appliance{api: platformAPI(t, standin.Config{})}
	on := a.on(t)
	on.Sources["platform_api"].(map[string]any)["credentials"] = file(t, "reporter:wrong")
	got := collect(t, on)
	for _, category := range fromAPI {
		if category != "system_configuration" && got.Omitted[category] != sdk.LoginRefused {
			t.Errorf("%s: got %q, want %q", category, got.Omitted[category], sdk.LoginRefused)
		}
	}
	if n := total(a.api.Requests()); n > 2 {
		t.Errorf("got %d requests, want 2 at most", n)
	}
}

// SEND-2 holds for whom we ask as well: a certificate that has expired is not trusted.
func TestAnExpiredCertificate(t *testing.T) {
	t.Parallel()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	expired, err := ca.IssueExpired("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	got := collect(t, appliance{api: platformAPI(t, standin.Config{CA: ca, Certificate: &expired})}.on(t))
	for _, category := range []string{"license_information", "counts", "statistics"} {
		if got.Omitted[category] != sdk.Untrusted {
			t.Errorf("%s: got %q, want %q", category, got.Omitted[category], sdk.Untrusted)
		}
	}
}

// Exports that tell nothing cost what only they tell; one that is torn is read as far as it goes.
func TestExports(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		spoil func(path string) error
		want  sdk.Reason
	}{
		"missing": {os.Remove, sdk.NotFound},
		"garbage": {func(path string) error { return os.WriteFile(path, []byte("Klinik,Bad,Tölz\n"), 0o600) },
			sdk.Malformed},
		"a page":     {func(path string) error { return os.WriteFile(path, []byte("<html>"), 0o600) }, sdk.Malformed},
		"no archive": {func(path string) error { return os.WriteFile(path, []byte("\x1f\x8b\x08"), 0o600) }, sdk.Malformed},
	} {
		on := appliance{export: anExport()}.on(t)
		if err := row.spoil(on.Root + exportPath); err != nil {
			t.Fatal(err)
		}
		if got := collect(t, on); got.Omitted["statistics"] != row.want {
			t.Errorf("%s: got statistics omitted: %q, want %q", name, got.Omitted["statistics"], row.want)
		}
	}
	torn := anExport()
	torn.Minutes, torn.Torn = 70, 5 // the period's last row
	want := knownUsage(torn.Facts(period().Start, period().End))
	usage, _ := collect(t, appliance{export: torn}.on(t)).Values["statistics"]["network_usage"].(map[string]any)
	if got := usage["rows"]; got != want["rows"].(int64)-1 {
		t.Errorf("got %v rows of a torn export, want all %v but one", got, want["rows"])
	}
	none := anExport()
	none.Start = none.Start.Add(-2 * time.Hour)
	usage, _ = collect(t, appliance{export: none}.on(t)).Values["statistics"]["network_usage"].(map[string]any)
	if _, there := usage["all_scopes"]; there || usage["rows"] != int64(0) {
		t.Errorf("got %v, want no rows and nothing else", usage)
	}
}
