package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
)

func parsed(t *testing.T) profile.Profile {
	t.Helper()
	p, err := profile.Parse(profileYAML)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A word that only one of both knows would be reported as other for ever.
func TestClosedListsAreWhatTheCollectorsSay(t *testing.T) {
	t.Parallel()
	p := parsed(t)
	for _, row := range []struct {
		category, field string
		want            []string
	}{
		{"mcu_type", "type", types},
		{"mcu_version", "source", []string{"file", "snmp"}},
		{"core_dumps", "by_process", processes},
		{"zombie_processes", "by_process", processes},
		{"sip_configuration_port", "transport", []string{"udp", "tcp", "tls"}},
		{"sip_configuration_port", "status", []string{statuses[1], statuses[2], statuses[3]}},
	} {
		c, _ := p.Find(row.category)
		f, _ := c.Field(row.field)
		if got := slices.Concat(f.Values, f.By); !slices.Equal(got, row.want) {
			t.Errorf("%s.%s: got %q, want %q", row.category, row.field, got, row.want)
		}
	}
}

// SEND-2, SEND-3, SEND-4, CONS-1, CONS-2, VIEW-2, DNS-1, REG-1
func TestProfileIsTheProducts(t *testing.T) {
	t.Parallel()
	p := parsed(t)
	if diff := cmp.Diff(profile.CollectionPoint{Host: "customerusagedatacollection.polycom.com", Port: 8443},
		p.CollectionPoint); diff != "" {
		t.Errorf("collection point (-want +got)\n%s", diff)
	}
	if got, want := p.Blackout.Before.Minutes()+p.Blackout.After.Minutes(), 10.0; got != want {
		t.Errorf("got a blackout of %v minutes, want %v", got, want)
	}
	if p.Limits.Document != 100_000 || p.Limits.Hour != 100_000 || p.FirstAsked != "eula" || p.DNSFallback != "8.8.8.8" {
		t.Errorf("got limits %+v, first asked %q, DNS fallback %q", p.Limits, p.FirstAsked, p.DNSFallback)
	}
	if got, want := p.Setting.Page, "Setup > Licensing > Product Activation"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := p.Analytics, "/var/log/polycom/rpp/analytics.json"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var announced []string
	for _, a := range p.Announced {
		announced = append(announced, a.ID)
	}
	if diff := cmp.Diff([]string{"rmx1800", "rmx2000", "rmx4000"}, announced); diff != "" {
		t.Errorf("announced (-want +got)\n%s", diff)
	}
}

// CAT-*: every category of the product is in its profile, and no other. ANON-2: one field goes in clear.
func TestEveryCategoryIsThere(t *testing.T) {
	t.Parallel()
	var names, clear []string
	for _, c := range parsed(t).Categories {
		names = append(names, c.Name)
		for _, f := range c.Fields {
			if f.InClear() {
				clear = append(clear, c.Name+"."+f.Name)
			}
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(categories, names); diff != "" {
		t.Errorf("categories (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"system.serial_number"}, clear); diff != "" {
		t.Errorf("in clear (-want +got)\n%s", diff)
	}
}
