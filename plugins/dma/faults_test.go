package main

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	standin "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
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
	endpoints := append([]string{"counts.endpoints", "counts.endpoints_active", "counts.endpoints_inactive", "counts.endpoints_by_model"}, active...)
	clusters := []string{"system_configuration.clusters", "system_configuration.clusters_by_status", "system_configuration.servers",
		"system_configuration.software_version", "system_configuration.members"}
	settings := []string{"security_settings.mode", "security_settings.console_access", "security_settings.ssh_access",
		"security_settings.access_whitelist", "security_settings.skip_certificate_validation", "security_settings.tls_versions",
		"security_settings.signaling_ciphers", "security_settings.management_ciphers", "security_settings.snmp_version"}
	for _, row := range []struct {
		path  string
		fault standin.Fault
		want  map[string]sdk.Reason
	}{
		{"/hunt-groups", standin.Fault{HTML: true}, because(sdk.Malformed, "feature_configuration.hunt_groups")},
		{"/dial-rules", standin.Fault{Status: http.StatusNotFound}, because(sdk.NotOnRelease, "feature_configuration.dial_rules", "feature_configuration.lync")},
		{"/ext-sip-peer", standin.Fault{Status: http.StatusForbidden}, because(sdk.NotPermitted, "counts.sip_peers", "feature_configuration.lync")},
		{"/config/enterprise-directory/status", standin.Fault{Status: http.StatusNotFound}, nil}, // the rest of the record is there
		{"/config/enterprise-directory/status", standin.Fault{Cut: true}, because(sdk.Malformed, "feature_configuration.enterprise_directory")},
		{"/security-settings", standin.Fault{Cut: true}, because(sdk.Malformed, settings...)},
		{"/config/local-password", standin.Fault{Status: http.StatusNotFound}, because(sdk.NotOnRelease,
			"security_settings.password_min_length", "security_settings.password_max_age", "security_settings.password_history")},
		{"/users", standin.Fault{Status: http.StatusForbidden}, because(sdk.NotPermitted, "counts.users_local")},
		{"/territories", standin.Fault{Redirect: "https://127.0.0.1/"}, because(sdk.Malformed, "counts.territories")},
		{"/registration-policies", standin.Fault{Status: http.StatusInternalServerError}, because(sdk.SourceFailed, "registration_policy")},
		{"/registration-policies", standin.Fault{Status: http.StatusNotFound}, because(sdk.NotOnRelease, "registration_policy")},
		{"/conferences", standin.Fault{Hang: true}, because(sdk.TimedOut, "statistics.conferences_active")},
		{"/devices", standin.Fault{WrongTypes: true}, because(sdk.Malformed, endpoints...)},
		{"/dma-supercluster", standin.Fault{Endless: true}, because(sdk.Malformed, clusters...)},
		{"/device-authentication/inbound", standin.Fault{HTML: true}, because(sdk.Malformed, "device_authentication.inbound_entries")},
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

// CAT-*: what the Platform API does not tell, the agent does. Where all of the first hangs, that is there in time.
func TestTheAgentTellsWhatThePlatformAPIDoesNot(t *testing.T) {
	t.Parallel()
	a := standIn(t, standin.Config{})
	a.api.Faults.SetAll(standin.Fault{Hang: true})
	on := a.on(t)
	on.Limit = 4 * time.Second
	wantAgentsNumbers(t, collect(t, on), sdk.TimedOut)
	delete(on.Sources, "platform_api")
	wantAgentsNumbers(t, collect(t, on), sdk.NotConfigured)
}

func wantAgentsNumbers(t *testing.T, got sdktest.Result, otherwise sdk.Reason) {
	t.Helper()
	var others []string
	for _, category := range fromAPI {
		if category != "system_configuration" && category != "statistics" {
			others = append(others, category)
		}
	}
	wantOmitted(t, got, because(otherwise, append(others, "statistics.calls_active_by_signaling",
		"system_configuration.servers", "system_configuration.software_version", "system_configuration.members")...))
	for at, want := range map[[2]string]any{
		{"statistics", "registrations_active"}: int64(288), {"statistics", "registrations_inactive"}: int64(24),
		{"statistics", "conferences_active"}: int64(9), {"statistics", "call_limit"}: int64(1000), {"statistics", "calls_active"}: int64(85),
		{"system_configuration", "clusters"}:           int64(3),
		{"system_configuration", "clusters_by_status"}: map[string]any{"in_service": int64(2), "busied_out": int64(1)},
	} {
		if diff := cmp.Diff(want, got.Values[at[0]][at[1]]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", at, diff)
		}
	}
}

// Agents that tell nothing cost what only they tell.
func TestAgentsThatTellNothing(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		config snmpd.Config
		spoil  func(*testing.T, *snmpd.Daemon, map[string]any)
		want   sdk.Reason
	}{
		"of another product": {snmpd.Config{Objects: snmpd.RMX()}, nil, sdk.NotOnRelease},
		"stopped": {snmpd.Config{Objects: snmpd.DMA()}, func(t *testing.T, d *snmpd.Daemon, _ map[string]any) {
			if err := d.Stop(); err != nil {
				t.Fatal(err)
			}
		}, sdk.TimedOut},
		"with another community": {snmpd.Config{Objects: snmpd.DMA()}, func(t *testing.T, _ *snmpd.Daemon, s map[string]any) {
			s["community"] = file(t, "another")
		}, sdk.TimedOut},
		"with another passphrase": {snmpd.Config{Objects: snmpd.DMA(), V3: true}, func(t *testing.T, _ *snmpd.Daemon, s map[string]any) {
			s["passphrases"] = file(t, "another one\nand another\n")
		}, sdk.LoginRefused},
		"nobody there": {snmpd.Config{}, func(_ *testing.T, _ *snmpd.Daemon, s map[string]any) {
			s["address"] = "127.0.0.1:1"
		}, sdk.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appliance{api: platformAPI(t, standin.Config{}), agent: agent(t, row.config)}
			on := a.on(t)
			if row.spoil != nil {
				row.spoil(t, a.agent, on.Sources["snmp"].(map[string]any))
			}
			got := collect(t, on)
			wantOmitted(t, got, both(because(row.want, ofAgent...), because(sdk.NotConfigured, ofExport...)))
			for _, secret := range a.agent.Canaries() {
				if strings.Contains(got.Log, secret) {
					t.Errorf("the log holds %q", secret)
				}
			}
		})
	}
}

// CAT-*: version 3, with authentication and privacy, tells the same.
func TestSNMPVersion3(t *testing.T) {
	t.Parallel()
	got := collect(t, appliance{agent: agent(t, snmpd.Config{Objects: snmpd.DMA(), V3: true}), export: anExport()}.on(t))
	wantAgentsNumbers(t, got, sdk.NotConfigured)
}

// An agent that stops in the middle costs some of what only it tells, and nothing else.
func TestAnAgentThatStopsHalfWay(t *testing.T) {
	t.Parallel()
	a := standIn(t, standin.Config{})
	on := a.on(t)
	on.Sources["snmp"].(map[string]any)["address"] = relay(t, a.agent.Address(), 2) // of five; which, is not said
	got := collect(t, on)
	if len(got.Omitted) == 0 {
		t.Error("got nothing omitted, want some of what it tells")
	}
	for field, reason := range got.Omitted {
		if !slices.Contains(ofAgent, field) || reason != sdk.TimedOut {
			t.Errorf("got %s omitted: %s, want nothing but what only the agent tells", field, reason)
		}
	}
}

// An agent whose rows do not add up to what it says, or say no number, is not believed.
func TestAnAgentThatContradictsItself(t *testing.T) {
	t.Parallel()
	objects := slices.DeleteFunc(snmpd.DMA(), func(o snmpd.Object) bool {
		return o.OID == snmpd.DMAPrefix+".2.3.2.1.3.3" || o.OID == snmpd.DMAPrefix+".3.2.1.2.1.4.2"
	})
	got := collect(t, appliance{agent: agent(t, snmpd.Config{Objects: objects})}.on(t))
	for _, field := range []string{"system_configuration.clusters", "system_configuration.clusters_by_status"} {
		if got.Omitted[field] != sdk.Malformed {
			t.Errorf("%s: got %q, want it not believed", field, got.Omitted[field])
		}
	}
	if n, there := got.Values["statistics"]["participants_active"]; there {
		t.Errorf("got %v participants, want none where a cluster does not say", n)
	}
}

// Exports that tell nothing cost what only they tell; one that is torn is read as far as it goes.
func TestExports(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		spoil func(path string) error
		want  sdk.Reason
	}{
		"missing":    {os.Remove, sdk.NotFound},
		"garbage":    {func(path string) error { return os.WriteFile(path, []byte("Klinik,Bad,Tölz\n"), 0o600) }, sdk.Malformed},
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
