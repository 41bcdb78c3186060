// Package approved compares a product's profile.yaml with what the vendor promised the customers of that
// product. Each product's test states its own part; what is promised of all products stands here.
package approved

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
)

// Product is what is promised of one product.
type Product struct {
	FirstAsked  string          // CONS-1: where the customer is asked first
	Setting     profile.Setting // CONS-2: where the customer changes the choice
	Analytics   string          // VIEW-2: where the last document is kept
	DNSFallback string          // DNS-1
	Announced   []string        // REG-1: models that can't be selected yet
	Categories  []string        // CAT-*: all of them, in order of worth
	InClear     []string        // ANON-2: fields that identify the system and leave as they are
}

// Check compares, and checks what is promised of all products: SEND-2, SEND-3, SEND-4.
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
