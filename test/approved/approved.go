// Package approved compares a product's profile.yaml with the vendor's promises to the customers of
// that product. Each product's test states its own promises; those of all products are in [Check].
package approved

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
)

// Product holds the promises about one product.
type Product struct {
	FirstAsked  string          // CONS-1: the place where the customer is first asked
	Setting     profile.Setting // CONS-2: the setting that changes the choice
	Analytics   string          // VIEW-2: the file of the last document
	DNSFallback string          // DNS-1
	Announced   []string        // REG-1: models that cannot be selected yet
	Categories  []string        // CAT-*: all categories, in order of value
	InClear     []string        // ANON-2: fields that identify the system and are sent unchanged
}

// Check compares the profile with the product's promises and checks the promises of all products:
// SEND-2, SEND-3, SEND-4.
func Check(t *testing.T, profileYAML []byte, want Product) {
	t.Helper()
	p, err := profile.Parse(profileYAML)
	if err != nil {
		t.Fatal(err)
	}
	point := profile.CollectionPoint{Host: "customerusagedatacollection.polycom.com", Port: 8443}
	if diff := cmp.Diff(point, p.CollectionPoint); diff != "" {
		t.Errorf("collection point (-want +got)\n%s", diff)
	}
	if p.Blackout.Before != 5*time.Minute || p.Blackout.After != 5*time.Minute {
		t.Errorf("got a blackout of %+v, want 5 minutes before and after", p.Blackout)
	}
	if p.Limits.Document != 100_000 || p.Limits.Hour != 100_000 {
		t.Errorf("got limits %+v, want 100,000 bytes for a document and for an hour", p.Limits)
	}
	if diff := cmp.Diff(want, of(p)); diff != "" {
		t.Errorf("promised of the product (-want +got)\n%s", diff)
	}
}

func of(p profile.Profile) Product {
	found := Product{FirstAsked: p.FirstAsked, Setting: p.Setting, Analytics: p.Analytics, DNSFallback: p.DNSFallback}
	for _, a := range p.Announced {
		found.Announced = append(found.Announced, a.ID)
	}
	for _, c := range p.Categories {
		found.Categories = append(found.Categories, c.Name)
		for _, f := range c.Fields {
			found.InClear = append(found.InClear, inClear(c.Name+"."+f.Name, f)...)
		}
	}
	return found
}

func inClear(path string, f profile.Field) (paths []string) {
	if f.InClear() {
		paths = append(paths, path)
	}
	for _, part := range f.Fields {
		paths = append(paths, inClear(path+"."+part.Name, part)...)
	}
	return paths
}
