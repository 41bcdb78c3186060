package main

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/privateca"
)

// apart is what is told when the Platform API is all there is.
var apart = both(noMachine, because(sdk.NotConfigured,
	append(of("license_information", slices.Concat(toldByAgent, toldByViews), false), "license_information")...))

// CAT-*: a fault of the Platform API costs what it feeds, with a reason that an administrator understands.
func TestFaultsOfThePlatformAPI(t *testing.T) {
	t.Parallel()
	devices, people := []string{"counts.endpoints", "feature_configuration.endpoints"},
		[]string{"feature_configuration.user_management"}
	users := append(people, "counts.users")
	for _, row := range []struct {
		path  string
		fault api.Fault
		want  map[string]sdk.Reason
	}{
		{"/devices", api.Fault{HTML: true}, because(sdk.Malformed, devices...)},
		{"/devices", api.Fault{Cut: true}, because(sdk.Malformed, devices...)},
		{"/devices", api.Fault{WrongTypes: true}, because(sdk.Malformed, devices...)},
		{"/devices", api.Fault{Status: http.StatusNotFound}, because(sdk.NotOnRelease, devices...)},
		{"/devices", api.Fault{Hang: true}, because(sdk.TimedOut, devices...)},
		{"/users", api.Fault{Status: http.StatusForbidden}, because(sdk.NotPermitted, users...)},
		{"/users", api.Fault{Redirect: "https://127.0.0.1/"}, because(sdk.Malformed, users...)},
		{"/groups", api.Fault{Status: http.StatusInternalServerError}, because(sdk.SourceFailed, people...)},
		{"/groups", api.Fault{Endless: true}, because(sdk.Malformed, people...)},
		{"/rooms", api.Fault{Status: http.StatusNotFound}, nil}, // this release has none: the rest is there
	} {
		t.Run(fmt.Sprintf("%s %+v", row.path, row.fault), func(t *testing.T) {
			t.Parallel()
			a := appliance{api: platformAPI(t, api.Config{})}
			a.api.Faults.Set(row.path, row.fault)
			on := a.bare(t)
			if row.fault.Hang {
				on.Limit = 5 * time.Second
			}
			wantOmitted(t, collect(t, on), both(apart, row.want))
		})
	}
}

// All of the Platform API hangs: what the others tell is there, in time.
func TestAPlatformAPIThatHangs(t *testing.T) {
	t.Parallel()
	a := standIn(t)
	a.api.Faults.SetAll(api.Fault{Hang: true})
	on := a.bare(t)
	on.Limit = 5 * time.Second
	start := time.Now()
	wantOmitted(t, collect(t, on), both(noMachine, because(sdk.TimedOut, toldByAPI...)))
	if took := time.Since(start); took > 2*on.Limit {
		t.Errorf("got an end after %v, want it within %v", took, 2*on.Limit)
	}
}

// A wrong password is tried by at most the two requests that are under way, because products lock accounts.
func TestARefusedLoginToThePlatformAPI(t *testing.T) {
	t.Parallel()
	a := appliance{api: platformAPI(t, api.Config{})}
	on := a.bare(t)
	on.Sources["platform_api"].(map[string]any)["credentials"] = file(t, "reporter:wrong")
	wantOmitted(t, collect(t, on), both(both(nameOnly, noMachine), both(because(sdk.NotConfigured, "license_information"),
		because(sdk.LoginRefused, "counts", "feature_configuration"))))
	if n := total(a.api.Requests()); n > 2 {
		t.Errorf("got %d requests, want 2 at most", n)
	}
}

// ANON-1 begins with whom we talk to: a certificate that has expired, or of somebody else, ends the talk.
func TestAPlatformAPIThatIsNotTrusted(t *testing.T) {
	t.Parallel()
	site := api.ResourceManager()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	expired, err := ca.IssueExpired("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for name, config := range map[string]api.Config{
		"expired":      {Site: &site, CA: ca, Certificate: &expired},
		"another name": {Site: &site, Hosts: []string{"elsewhere.example"}},
	} {
		a := appliance{api: platformAPI(t, config)}
		got := collect(t, a.bare(t))
		for _, category := range []string{"counts", "feature_configuration"} {
			if got.Omitted[category] != sdk.Untrusted {
				t.Errorf("%s: %s: got %q, want %q", name, category, got.Omitted[category], sdk.Untrusted)
			}
		}
		if n := total(a.api.Requests()); n > 0 {
			t.Errorf("%s: got %d requests, want none", name, n)
		}
	}
}

func total(requests map[string]int) (n int) {
	for _, times := range requests {
		n += times
	}
	return n
}
