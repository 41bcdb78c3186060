package e2e

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/test/spelling"
)

// wantNone fails if any of the names is anywhere in p, in any spelling that [spelling.In] knows.
func (p played) wantNone(t *testing.T, names []string) {
	t.Helper()
	all := spelling.In(strings.Join(slices.Collect(maps.Values(p.texts)), "\n"))
	for _, name := range names {
		if all.Holds(name) {
			t.Errorf("%s is in %v", name, p.found(name))
		}
	}
}

// whole fails unless every category is in the document: a category that was withheld proves nothing
// about the treatment.
func (p played) whole(t *testing.T) {
	t.Helper()
	var document struct{ Omitted map[string]string }
	if err := json.Unmarshal(p.document.Body, &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Omitted) > 0 {
		t.Errorf("got omitted %v, want none", document.Omitted)
	}
}

func (p played) categories(t *testing.T) map[string]map[string]any {
	t.Helper()
	var document struct{ Categories map[string]map[string]any }
	if err := json.Unmarshal(p.document.Body, &document); err != nil {
		t.Fatal(err)
	}
	return document.Categories
}

func (p played) omitted(t *testing.T) map[string]string {
	t.Helper()
	var document struct{ Omitted map[string]string }
	if err := json.Unmarshal(p.document.Body, &document); err != nil {
		t.Fatal(err)
	}
	return document.Omitted
}

func (p played) treated(t *testing.T) map[string]int {
	t.Helper()
	var document struct{ Treated map[string]int }
	if err := json.Unmarshal(p.document.Body, &document); err != nil {
		t.Fatal(err)
	}
	return document.Treated
}
