package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// wantNothingOf looks for identifiers in values and log. The one field that holds a name, for the host to make a
// pseudonym of, is this server's.
func wantNothingOf(t *testing.T, identifiers []string, got sdktest.Result) {
	t.Helper()
	if system := got.Values["system_configuration"]; system != nil {
		delete(system, "host")
	}
	everything := strings.ToLower(text(got))
	for _, identifier := range identifiers {
		if strings.Contains(everything, strings.ToLower(identifier)) {
			t.Errorf("got %q in a value or the log, want it nowhere", identifier)
		}
	}
}

func text(got sdktest.Result) string { return fmt.Sprint(got.Values) + got.Log }

// ANON-1: credentials are not even read, and neither is any name.
func TestNothingElseThanAskedForIsRead(t *testing.T) {
	t.Parallel()
	a := standIn(t)
	site := api.ResourceManager()
	user, password := a.api.Credentials()
	identifiers := slices.Concat(site.Canaries(), site.Identifiers(), snmpd.Identifiers(), a.agent.Canaries(),
		[]string{user + ":", password, a.api.URL(), a.agent.Address()})
	first := collect(t, a.on(t))
	wantNothingOf(t, identifiers, first)
	if leaks := a.database.Leaks(text(first)); len(leaks) > 0 {
		t.Errorf("got %q of the database in values or log", leaks)
	}
	a.api.Faults.SetAll(api.Fault{Status: 500})
	a.database.Exec(t, "DROP SCHEMA usage_data CASCADE")
	on := a.on(t)
	on.Sources["snmp"].(map[string]any)["address"] = relay(t, a.agent.Address(), 1)
	got := collect(t, on)
	if got.Omitted["counts.users"] != sdk.SourceFailed || !strings.Contains(got.Log, "[WARN]") {
		t.Errorf("got omitted %v and log %q, want failures", got.Omitted, got.Log)
	}
	wantNothingOf(t, identifiers, got)
}

// An older release lacks newer versions of what is read; nothing fails.
func TestOlderRelease(t *testing.T) {
	t.Parallel()
	site := api.ResourceManager()
	for _, names := range []api.Names{api.CamelCase, api.KebabCase} {
		a := appliance{api: platformAPI(t, api.Config{Site: &site, Names: names, Release: api.Older})}
		got := collect(t, a.bare(t))
		wantOmitted(t, got, apart)
		states, _ := got.Values["feature_configuration"]["endpoints"].(map[string]any)
		if want := whole(site.Counts().DevicesActive); states["online"] != want {
			t.Errorf("got endpoints %v, want %d online", states, want)
		}
	}
}
