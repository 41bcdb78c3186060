package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/omitted"
)

// CAT-*: if a resource of the Platform API fails, only the fields that it feeds are missing, with a
// reason that an administrator understands.
func TestFaultsOfThePlatformAPI(t *testing.T) {
	t.Parallel()
	devices, users := []string{"counts.endpoints", "feature_configuration.endpoints"},
		[]string{"feature_configuration.user_management.users", "counts.users"}
	groups, rooms := "feature_configuration.user_management.groups", "feature_configuration.user_management.rooms"
	for _, row := range []struct {
		path  string
		fault api.Fault
		want  map[string]sdk.Reason
	}{
		{"/devices", api.Fault{WrongTypes: true}, omitted.Because(sdk.Malformed, devices...)},
		{"/devices", api.Fault{Hang: true}, omitted.Because(sdk.TimedOut, devices...)},
		{"/users", api.Fault{Status: http.StatusForbidden}, omitted.Because(sdk.NotPermitted, users...)},
		{"/groups", api.Fault{Status: http.StatusInternalServerError}, omitted.Because(sdk.SourceFailed, groups)},
		{"/rooms", api.Fault{Status: http.StatusNotFound}, omitted.Because(sdk.NotOnRelease, rooms)},
	} {
		t.Run(fmt.Sprintf("%s %+v", row.path, row.fault), func(t *testing.T) {
			t.Parallel()
			a := appliance{api: platformAPI(t, api.Config{})}
			a.api.Faults.Set(row.path, row.fault)
			on := a.bare(t)
			if row.fault.Hang {
				on.Limit = time.Minute // the request is given up earlier, and a busy machine has time for the others
			}
			omitted.Want(t, collect(t, on), omitted.And(apart, row.want))
		})
	}
}

// If the whole Platform API hangs, the values of the other sources are sent in time.
func TestHangingPlatformAPI(t *testing.T) {
	t.Parallel()
	a := whole(t)
	a.api.Faults.SetAll(api.Fault{Hang: true})
	on := a.bare(t)
	on.Limit = 5 * time.Second
	start := time.Now()
	got := collect(t, on)
	omitted.Want(t, got, omitted.And(noMachine, omitted.Because(sdk.TimedOut, fromPlatformAPI...)))
	known := onlyInViews()
	for field, want := range map[string]any{
		"license_information.serial_number_source":   fromViews,
		"license_information.features":               known["license_information"]["features"],
		"license_information.features_source":        fromViews,
		"feature_configuration.enterprise_directory": known["feature_configuration"]["enterprise_directory"],
	} {
		category, name, _ := strings.Cut(field, ".")
		if diff := cmp.Diff(want, got.Values[category][name]); diff != "" {
			t.Errorf("%s: from the views (-want +got)\n%s", field, diff)
		}
	}
	if took := time.Since(start); took > 2*on.Limit {
		t.Errorf("got an end after %v, want it within %v", took, 2*on.Limit)
	}
}

// An older release lacks newer versions of some resources; nothing fails.
func TestOlderRelease(t *testing.T) {
	t.Parallel()
	site := api.ResourceManager()
	for _, names := range []api.Names{api.CamelCase, api.KebabCase} {
		a := appliance{api: platformAPI(t, api.Config{Site: &site, Names: names, Release: api.Older})}
		got := collect(t, a.bare(t))
		// its license status has no serial number
		omitted.Want(t, got, omitted.And(apart, omitted.Because(sdk.NotOnRelease,
			"license_information.serial_number", "license_information.serial_number_source")))
		states, _ := got.Values["feature_configuration"]["endpoints"].(map[string]any)
		if want := online(site.Counts()); states["online"] != want {
			t.Errorf("got endpoints %v, want %d online", states, want)
		}
	}
}
