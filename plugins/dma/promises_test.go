package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance"
	export "polycom.com/usagedata/test/appliance/networkusage"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/omitted"
)

// ANON-1: credentials are not even read, and names appear only in the fields declared to hold them:
// with both releases, both spellings of members, and when everything fails.
func TestNoOtherMembersAreRead(t *testing.T) {
	t.Parallel()
	site := api.Believable()
	for _, release := range []api.Release{api.Newest, api.Older} {
		for _, names := range []api.Names{api.CamelCase, api.KebabCase} {
			a := whole(t, api.Config{Release: release, Names: names})
			secrets := slices.Concat(site.Canaries(), a.agent.Canaries())
			identifiers := slices.Concat(site.Identifiers(), snmpd.Identifiers(), a.export.Names(),
				[]string{a.api.URL(), a.agent.Address()})
			on := a.on(t)
			first := collect(t, on)
			wantNoneOf(t, secrets, identifiers, first)
			on.Carryover = first.Carryover
			wantNoneOf(t, secrets, identifiers, collect(t, on))
			a.api.Faults.SetAll(api.Fault{WrongTypes: true})
			a.export.Torn = 9
			write(t, on.Root, *a.export)
			appendTo(t, on.Root+exportPath, export.Name(7)+","+export.Name(13)+"\n")
			if on.Sources["snmp"].(map[string]any)["address"] = "127.0.0.1:1"; release == api.Newest &&
				names == api.CamelCase {
				on.Sources["snmp"].(map[string]any)["address"] = appliance.StopAfter(t, a.agent, 1)
			}
			got := collect(t, on)
			if len(got.Omitted) == 0 || !strings.Contains(got.Log, "[WARN]") {
				t.Errorf("got omitted %v and log %q, want failures", got.Omitted, got.Log)
			}
			wantNoneOf(t, secrets, identifiers, got)
		}
	}
}

// wantNoneOf fails if a secret was read, or an identifier is in the log or in a value, except for
// the fields that hold names, which the host replaces with pseudonyms.
func wantNoneOf(t *testing.T, secrets, identifiers []string, got sdktest.Result) {
	t.Helper()
	everything := fmt.Sprint(got.Values) + got.Log
	for _, secret := range secrets {
		if strings.Contains(everything, secret) {
			t.Errorf("canary %q was read", secret)
		}
	}
	license, system := got.Values["license_information"], got.Values["system_configuration"]
	delete(license, "host")
	delete(license, "host_id")
	delete(system, "host")
	clusters, _ := system["members"].([]any)
	for _, cluster := range clusters {
		delete(cluster.(map[string]any), "name")
	}
	rest := fmt.Sprint(got.Values) + got.Log
	for _, identifier := range identifiers {
		if strings.Contains(rest, identifier) {
			t.Errorf("got %q, which identifies the customer, in a value or the log", identifier)
		}
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// SEND-5: the load of a cycle on the product is the one stated in README.md.
func TestCostPerCycle(t *testing.T) {
	t.Parallel()
	a := whole(t, api.Config{})
	start := time.Now()
	_, d := collectBy(t, a.on(t))
	requests, cost := a.api.Requests(), d.usage.Cost()
	t.Logf("%d requests, %d datagrams, %+v in %v: %v", a.api.Total(), d.agent.Requests(), cost,
		time.Since(start), requests)
	if got, want := a.api.Total(), 34; got != want {
		t.Errorf("got %d requests, want %d: %v", got, want, requests)
	}
	for path := range requests {
		if strings.Contains(path, " ") {
			t.Errorf("got %s, want nothing but GET", path)
		}
	}
	if got, want := d.agent.Requests(), 5; got != want {
		t.Errorf("got %d datagrams, want %d", got, want)
	}
	if cost.Files != 1 || cost.Rows != 60*80 {
		t.Errorf("got %+v, want each row of the one file read once", cost)
	}
}

// SEND-4, SEND-5: a large site takes more pages and rows, up to a bound, and hardly more bytes.
func TestALargeSite(t *testing.T) {
	t.Parallel()
	large := api.Believable().WithCount("/site-topology/sites", 2_000).WithCount(api.DialRules(0), 500).
		WithCount("/veqs", 60).WithCount("/mcus", 200)
	for endpoints, want := range map[int]struct {
		requests int
		models   bool
		scopes   int // of the export, which is read in the same way with any number of endpoints
	}{10_000: {34 - 4 + 100 + 4, true, 2_000}, 10_001: {34 - 4 + 2 + 4, false, 60}} {
		site := large.WithCount("/devices", endpoints)
		want.requests++ // a second page of MCUs
		a := whole(t, api.Config{Site: &site})
		a.export.Scopes = want.scopes
		on := a.on(t)
		on.Limit = 10 * time.Minute // for a machine that is busy with other tests; README.md has the usual duration
		start := time.Now()
		got := collect(t, on)
		t.Logf("%d endpoints in %v", endpoints, time.Since(start))
		var left map[string]sdk.Reason
		if !want.models {
			left = omitted.Because(sdk.Unexplained, "counts.endpoints_active", "counts.endpoints_inactive",
				"counts.endpoints_by_model", "statistics.registrations_by_state")
		}
		omitted.Want(t, got, left)
		_, models := got.Values["counts"]["endpoints_by_model"]
		if models != want.models || got.Values["counts"]["endpoints"] != int64(endpoints) {
			t.Errorf("got counts %v, want %d endpoints, by model %v", got.Values["counts"], endpoints, want.models)
		}
		if active := got.Values["statistics"]["registrations_active"]; !models && active != int64(288) {
			t.Errorf("got %v registrations, want the agent's", active)
		}
		if n := a.api.Total(); n != want.requests {
			t.Errorf("got %d requests, want %d", n, want.requests)
		}
		text, err := json.MarshalIndent(got.Values, "", "  ")
		t.Logf("%d bytes", len(text))
		if err != nil || len(text) > 40_000 {
			t.Errorf("got %d bytes, %v, want less than 40,000", len(text), err)
		}
	}
}
