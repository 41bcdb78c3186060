package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk/sysinfo"
	"polycom.com/usagedata/plugins/internal/networkusage"
)

func parsed(t *testing.T) profile.Profile {
	t.Helper()
	p, err := profile.Parse(profileYAML)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestClosedListsAreWhatTheCollectorsSay: a word that only one of both knows would be reported as other for ever.
func TestClosedListsAreWhatTheCollectorsSay(t *testing.T) {
	t.Parallel()
	p := parsed(t)
	table := []struct {
		category, field, part string
		want                  []string
	}{
		{"hardware_configuration", "vendor", "", sysinfo.Vendors()},
		{"hardware_configuration", "model", "", sysinfo.Models()},
		{"hardware_configuration", "cpu_model", "", sysinfo.CPUModels()},
		{"hardware_configuration", "hypervisor", "", sysinfo.Hypervisors()},
		{"hardware_configuration", "disks", "kind", sysinfo.DiskKinds()},
		{"system_resource_usage", "disks", "role", sysinfo.Roles()},
		{"counts", "endpoints_by_model", "", families},
		{"statistics", "network_usage", "peak_calls_by_bandwidth", networkusage.Bandwidths()},
	}
	for _, row := range table {
		c, _ := p.Find(row.category)
		f, _ := c.Field(row.field)
		if row.part != "" {
			f, _ = f.Field(row.part)
		}
		if got := slices.Concat(f.Values, f.By); !slices.Equal(got, row.want) {
			t.Errorf("%s.%s: got %q, want %q", row.category, row.field, got, row.want)
		}
	}
}

// SEND-2, SEND-3, SEND-4, CONS-1, CONS-2
func TestProfileIsTheProducts(t *testing.T) {
	t.Parallel()
	p := parsed(t)
	want := profile.CollectionPoint{Host: "customerusagedatacollection.polycom.com", Port: 8443}
	if diff := cmp.Diff(want, p.CollectionPoint); diff != "" {
		t.Errorf("collection point (-want +got)\n%s", diff)
	}
	if got, want := p.Blackout.Before.Minutes()+p.Blackout.After.Minutes(), 10.0; got != want {
		t.Errorf("got a blackout of %v minutes, want %v", got, want)
	}
	if p.Limits.Document != 100_000 || p.Limits.Hour != 100_000 || p.FirstAsked != "eula" || p.DNSFallback != "" {
		t.Errorf("got limits %+v, first asked %q, DNS fallback %q", p.Limits, p.FirstAsked, p.DNSFallback)
	}
	if got, want := p.Setting.Page, "Admin > Server > Licenses"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// CAT-*: every category of the product is in its profile.
func TestEveryCategoryIsThere(t *testing.T) {
	t.Parallel()
	p := parsed(t)
	for _, name := range []string{
		"license_information", "hardware_configuration", "system_resource_usage", "system_configuration",
		"feature_configuration", "registration_policy", "device_authentication", "counts", "statistics", "security_settings",
	} {
		if _, ok := p.Find(name); !ok {
			t.Errorf("category %s is not in the profile", name)
		}
	}
}
