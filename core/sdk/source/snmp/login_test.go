package snmp

import (
	"strings"
	"testing"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// TestRefusedLogins covers logins that an agent refuses. An agent of version 3 says so, and is not
// asked twice, because each attempt may raise an alarm. An agent of version 2c does not answer, nor
// does one that can't decrypt the request.
func TestRefusedLogins(t *testing.T) {
	v2, v3 := daemon(t, snmpd.Config{Objects: samples}), daemon(t, snmpd.Config{V3: true, Objects: samples})
	user, authentication, privacy := v3.User()
	wrong := file(t, 0o600, "canary-of-another\n"+privacy+"\n")
	undecipherable := file(t, 0o600, authentication+"\ncanary-of-another\n")
	table := []struct {
		name     string
		settings map[string]any
		want     sdk.Reason
		requests int
		hint     string
	}{
		{"community", with(sources(t, v2), "community", file(t, 0o600, "canary-of-another")), sdk.TimedOut, 4,
			"address and community"},
		{"authentication", with(sources(t, v3), "passphrases", wrong), sdk.LoginRefused, 3, "authentication"},
		{"other authentication", with(sources(t, v3), "authentication", "sha512"), sdk.LoginRefused, 3,
			"authentication"},
		{"user", with(sources(t, v3), "user", "canary-of-another"), sdk.LoginRefused, 3, "user"},
		{"privacy", with(sources(t, v3), "passphrases", undecipherable), sdk.TimedOut, 1 + 2 + 2,
			"check the setting privacy"},
		{"version 2c to version 3", map[string]any{"address": v3.Address(), "community": file(t, 0o600, "canary")},
			sdk.TimedOut, 4, "address and community"},
		{"version 3 to version 2c", with(sources(t, v3), "address", v2.Address()), sdk.LoginRefused, 3, "user"},
	}
	for _, row := range table {
		a, log := opened(t, row.settings)
		switch {
		case row.name == "privacy":
			waits(t, a, requestTimeout/2) // the agent opens the session before it becomes silent
		case row.want == sdk.TimedOut:
			waits(t, a, hasty)
		}
		for range 4 {
			_, err := Read[sample](t.Context(), a)
			if sdk.Explain(err) != row.want {
				t.Errorf("%s: got %v, want %q", row.name, err, row.want)
			}
			silentAbout(t, err, log, user, "canary", v2.Address(), v3.Address(), "127.0.0.1")
		}
		if a.Requests() != row.requests {
			t.Errorf("%s: got %d requests, want %d", row.name, a.Requests(), row.requests)
		}
		if got := strings.Count(log.String(), row.hint); got != 1 || strings.Count(log.String(), "hint=") != 1 {
			t.Errorf("%s: got log %q, want one hint about %q", row.name, log, row.hint)
		}
		readable(t, log)
	}
}

// If an agent was restarted, its time differs; that is not a refusal.
func TestARestartedAgent(t *testing.T) {
	d := daemon(t, snmpd.Config{V3: true, Objects: samples})
	a, _ := opened(t, sources(t, d))
	if _, err := Read[sample](t.Context(), a); err != nil {
		t.Fatal(err)
	}
	made, err := a.connect()
	if err != nil {
		t.Fatal(err)
	}
	login := made.client.SecurityParameters.(*gosnmp.UsmSecurityParameters)
	login.AuthoritativeEngineBoots, login.AuthoritativeEngineTime = login.AuthoritativeEngineBoots+7, 1
	if _, err := Read[sample](t.Context(), a); err != nil {
		t.Errorf("got %v, want the session put right", err)
	}
}
