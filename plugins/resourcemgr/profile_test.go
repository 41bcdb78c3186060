package main

import (
	"slices"
	"strings"
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

// TestClosedListsAreWhatTheCollectorsSay: a word that only one of both knows would be reported as other for ever.
func TestClosedListsAreWhatTheCollectorsSay(t *testing.T) {
	t.Parallel()
	p := parsed(t)
	licensing, state := []string{modes[0], modes[1]}, []string{statuses[1], statuses[2], statuses[3]}
	for path, want := range map[string][]string{
		"feature_configuration.endpoints.by_type":       families,
		"license_information.mode":                      licensing,
		"feature_configuration.license_management.mode": licensing,
		"system_configuration.redundancy_status":        state,
	} {
		name, rest, _ := strings.Cut(path, ".")
		category, _ := p.Find(name)
		f, _ := field(category, rest)
		if got := slices.Concat(f.Values, f.By); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// SEND-2, SEND-3, SEND-4, CONS-1, CONS-2
func TestProfileIsTheProducts(t *testing.T) {
	t.Parallel()
	p := parsed(t)
	point := profile.CollectionPoint{Host: "customerusagedatacollection.polycom.com", Port: 8443}
	if diff := cmp.Diff(point, p.CollectionPoint); diff != "" {
		t.Errorf("collection point (-want +got)\n%s", diff)
	}
	if before, after := p.Blackout.Before.Minutes(), p.Blackout.After.Minutes(); before != 5 || after != 5 {
		t.Errorf("got a blackout of %v and %v minutes, want 5 and 5", before, after)
	}
	if p.Limits.Document != 100_000 || p.Limits.Hour != 100_000 || p.FirstAsked != "page" || p.DNSFallback != "" {
		t.Errorf("got limits %+v, first asked %q, DNS fallback %q", p.Limits, p.FirstAsked, p.DNSFallback)
	}
	if got, want := p.Setting.Page, "Admin > Server Settings > Licenses"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// CAT-*: every category, feature and number that is promised of the product is in its profile.
func TestEveryCategoryIsThere(t *testing.T) {
	t.Parallel()
	p := parsed(t)
	for name, fields := range map[string][]string{
		"license_information": {"serial_number"}, "hardware_configuration": nil,
		"system_resource_usage": {"disks", "database"},
		"system_configuration":  {"servers", "clusters"},
		"feature_configuration": {
			"enterprise_directory", "conference", "endpoints", "network_topology", "user_management", "alert_management",
			"license_management",
		},
		"counts": {"users", "endpoints", "sites", "mcus"}, "security_settings": nil,
	} {
		category, ok := p.Find(name)
		if !ok {
			t.Errorf("category %s is not in the profile", name)
		}
		for _, name := range fields {
			if _, ok := category.Field(name); !ok {
				t.Errorf("%s.%s is not in the profile", category.Name, name)
			}
		}
	}
}

// Where a location is inferred, the reviewer is told: all of the views are.
func TestWhatIsInferredIsSaidToBe(t *testing.T) {
	t.Parallel()
	for _, category := range parsed(t).Categories {
		for _, f := range category.Fields {
			if strings.Contains(f.Doc, "From the view ") && !strings.Contains(f.Doc, "(inferred)") {
				t.Errorf("%s.%s: got doc %q, want it to say (inferred)", category.Name, f.Name, f.Doc)
			}
		}
	}
}

func field(c profile.Category, path string) (profile.Field, bool) {
	first, rest, deeper := strings.Cut(path, ".")
	f, ok := c.Field(first)
	for ok && deeper {
		first, rest, deeper = strings.Cut(rest, ".")
		f, ok = f.Field(first)
	}
	return f, ok
}
