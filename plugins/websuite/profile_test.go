package main

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk/sysinfo"
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
	for _, row := range []struct {
		category, field, part string
		want                  []string
	}{
		{"hardware_configuration", "vendor", "", sysinfo.Vendors()},
		{"hardware_configuration", "model", "", sysinfo.Models()},
		{"hardware_configuration", "cpu_model", "", sysinfo.CPUModels()},
		{"hardware_configuration", "hypervisor", "", sysinfo.Hypervisors()},
		{"hardware_configuration", "disks", "kind", sysinfo.DiskKinds()},
		{"system_resource_usage", "disks", "role", sysinfo.Roles()},
	} {
		c, _ := p.Find(row.category)
		f, _ := c.Field(row.field)
		if row.part != "" {
			f, _ = f.Field(row.part)
		}
		if !slices.Equal(f.Values, row.want) {
			t.Errorf("%s.%s: got %q, want %q", row.category, row.field, f.Values, row.want)
		}
	}
}

// As many features are read as the profile approves.
func TestTheListOfFeatures(t *testing.T) {
	t.Parallel()
	c, _ := parsed(t).Find("license_information")
	if f, _ := c.Field("features"); f.List != maxFeatures {
		t.Errorf("got %d features, want %d", maxFeatures, f.List)
	}
}

// The database is configured and reported as its source says that a profile has it.
func TestTheDatabaseIsAsItsSourceHasIt(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../core/sdk/source/postgres/testdata/profile.yaml")
	if err != nil {
		t.Fatal(err)
	}
	source, err := profile.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	got, want := parsed(t), source
	if diff := cmp.Diff(want.Sources, got.Sources); diff != "" {
		t.Errorf("sources (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(database(want), database(got)); diff != "" {
		t.Errorf("system_resource_usage.database (-want +got)\n%s", diff)
	}
}

func database(p profile.Profile) profile.Field {
	c, _ := p.Find("system_resource_usage")
	f, _ := c.Field("database")
	return f
}

// SEND-2, SEND-3, SEND-4, CONS-1, CONS-2, CONS-5
func TestProfileIsTheProducts(t *testing.T) {
	t.Parallel()
	p := parsed(t)
	point := profile.CollectionPoint{Host: "customerusagedatacollection.polycom.com", Port: 8443}
	if diff := cmp.Diff(point, p.CollectionPoint); diff != "" {
		t.Errorf("collection point (-want +got)\n%s", diff)
	}
	if p.Blackout.Before.Minutes() != 5 || p.Blackout.After.Minutes() != 5 {
		t.Errorf("got a blackout of %+v, want 5 minutes before and after", p.Blackout)
	}
	if p.Limits.Document != 100_000 || p.Limits.Hour != 100_000 || p.FirstAsked != "page" || p.DNSFallback != "" {
		t.Errorf("got limits %+v, first asked %q, DNS fallback %q", p.Limits, p.FirstAsked, p.DNSFallback)
	}
	want := profile.Setting{Page: "Platform Settings > Diagnostics > Data Collection",
		Label: "Automatically Send Usage Data", Asks: true}
	if diff := cmp.Diff(want, p.Setting); diff != "" {
		t.Errorf("setting (-want +got)\n%s", diff)
	}
}

// CAT-*: the profile has the product's categories, and no other.
func TestEveryCategoryIsThere(t *testing.T) {
	t.Parallel()
	var got []string
	for _, c := range parsed(t).Categories {
		got = append(got, c.Name)
	}
	want := []string{"license_information", "feature_usage", "counts", "security_settings", "hardware_configuration",
		"system_resource_usage"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
