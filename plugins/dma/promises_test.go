package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	standin "polycom.com/usagedata/test/appliance/platformapi"
)

// TestAFaultCostsItsCategoryOnly: the reason is one that an administrator understands.
func TestAFaultCostsItsCategoryOnly(t *testing.T) {
	t.Parallel()
	table := []struct {
		path  string
		fault standin.Fault
		want  map[string]sdk.Reason
	}{
		{"/hunt-groups", standin.Fault{HTML: true}, map[string]sdk.Reason{"feature_configuration": sdk.Malformed}},
		{"/security-settings", standin.Fault{Cut: true}, map[string]sdk.Reason{"security_settings": sdk.Malformed}},
		{"/users", standin.Fault{Status: http.StatusForbidden}, map[string]sdk.Reason{"counts": sdk.NotPermitted}},
		{"/registration-policies", standin.Fault{Status: http.StatusInternalServerError},
			map[string]sdk.Reason{"registration_policy": sdk.SourceFailed}},
		{"/registration-policies", standin.Fault{Status: http.StatusNotFound},
			map[string]sdk.Reason{"registration_policy": sdk.NotOnRelease}},
		{"/conferences", standin.Fault{Hang: true}, map[string]sdk.Reason{"statistics": sdk.TimedOut}},
		{"/devices", standin.Fault{WrongTypes: true}, map[string]sdk.Reason{"counts": sdk.Malformed, "statistics": sdk.Malformed}},
		{"/dma-supercluster", standin.Fault{Endless: true}, map[string]sdk.Reason{"system_configuration": sdk.Malformed}},
	}
	for _, row := range table {
		t.Run(row.path, func(t *testing.T) {
			t.Parallel()
			a := appliance(t, standin.Config{})
			a.Faults.Set(row.path, row.fault)
			on := on(t, a)
			if row.fault.Hang {
				on.Limit = 5 * time.Second
			}
			got := collect(t, on)
			if diff := cmp.Diff(row.want, got.Omitted); diff != "" {
				t.Errorf("omitted (-want +got)\n%s", diff)
			}
			if len(got.Values)+len(got.Omitted) != len(fromAPI)+len(fromSystem) {
				t.Errorf("got categories %v, want all others", slices.Sorted(maps.Keys(got.Values)))
			}
		})
	}
}

// A wrong password is tried by at most the two requests that are under way, because products lock accounts.
func TestARefusedLogin(t *testing.T) {
	t.Parallel()
	a := appliance(t, standin.Config{})
	on := on(t, a)
	on.Sources["platform_api"].(map[string]any)["credentials"] = file(t, "reporter:wrong")
	got := collect(t, on)
	for _, category := range fromAPI {
		if got.Omitted[category] != sdk.LoginRefused {
			t.Errorf("%s: got %q, want %q", category, got.Omitted[category], sdk.LoginRefused)
		}
	}
	if n := total(a.Requests()); n > 2 {
		t.Errorf("got %d requests, want 2 at most", n)
	}
}

// named are the fields that hold names, for the host to make pseudonyms of.
var named = map[string]bool{
	"license_information.host": true, "system_configuration.host": true, "system_configuration.members.name": true,
}

// ANON-1: credentials are not even read, and names are in those fields only that are declared to hold them.
func TestNothingElseThanAskedForIsRead(t *testing.T) {
	t.Parallel()
	site := standin.Believable()
	got := collect(t, on(t, appliance(t, standin.Config{})))
	everything := fmt.Sprint(got.Values) + got.Log
	for _, canary := range site.Canaries() {
		if strings.Contains(everything, canary) {
			t.Errorf("canary %q was read", canary)
		}
	}
	leaves := map[string]string{}
	for category, values := range got.Values {
		flatten(leaves, category, values)
	}
	for at, text := range leaves {
		for _, identifier := range site.Identifiers() {
			if strings.Contains(text, identifier) && !named[at] {
				t.Errorf("%s: got %q, which identifies the customer", at, text)
			}
		}
	}
	for _, identifier := range site.Identifiers() {
		if strings.Contains(got.Log, identifier) {
			t.Errorf("the log holds %q", identifier)
		}
	}
}

// flatten joins all values, and keys, below each declared field.
func flatten(leaves map[string]string, at string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, part := range value {
			leaves[at] += " " + name
			flatten(leaves, at+"."+name, part)
		}
	case []any:
		for _, entry := range value {
			flatten(leaves, at, entry)
		}
	default:
		leaves[at] += fmt.Sprintf(" %v", value)
	}
}

// SEND-5: what a cycle asks of the product. README.md states the figure.
func TestRequestsPerCycle(t *testing.T) {
	t.Parallel()
	a := appliance(t, standin.Config{})
	start := time.Now()
	collect(t, on(t, a))
	requests := a.Requests()
	t.Logf("%d requests in %v: %v", total(requests), time.Since(start), requests)
	if got, want := total(requests), 27; got != want {
		t.Errorf("got %d requests, want %d: %v", got, want, requests)
	}
	for path := range requests {
		if strings.Contains(path, " ") {
			t.Errorf("got %s, want nothing but GET", path)
		}
	}
}

// SEND-4, SEND-5: a large site costs more pages, up to a bound, and hardly more bytes.
func TestALargeSite(t *testing.T) {
	t.Parallel()
	for endpoints, want := range map[int]struct {
		requests int
		models   bool
	}{10_000: {27 - 4 + 100 + 4, true}, 10_001: {27 - 4 + 2 + 4, false}} {
		site := standin.Believable().WithCount("/devices", endpoints).WithCount("/site-topology/sites", 2_000).
			WithCount("/dial-rules", 500).WithCount("/veqs", 60).WithCount("/mcus", 200)
		want.requests++ // a second page of MCUs
		a := appliance(t, standin.Config{Site: &site})
		got := collect(t, on(t, a))
		_, models := got.Values["counts"]["endpoints_by_model"]
		if models != want.models || got.Values["counts"]["endpoints"] != whole(endpoints) {
			t.Errorf("got counts %v, want %d endpoints, by model %v", got.Values["counts"], endpoints, want.models)
		}
		if n := total(a.Requests()); n != want.requests {
			t.Errorf("got %d requests, want %d", n, want.requests)
		}
		text, err := json.Marshal(got.Values)
		if err != nil || len(text) > 40_000 {
			t.Errorf("got %d bytes, %v, want less than 40,000", len(text), err)
		}
	}
}

func total(requests map[string]int) (n int) {
	for _, times := range requests {
		n += times
	}
	return n
}
