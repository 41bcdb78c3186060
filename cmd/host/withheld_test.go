package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/status"
)

func someWithheld() []status.Withheld {
	one := status.Withheld{Field: "system.version", Rule: "own host name", Since: time.Date(2026, 3, 1, 9, 0, 0, 0,
		time.Local), Documents: 5, Hint: "Rename the appliance, or tell the vendor."}
	two, three := one, one
	two.Field, three.Field, three.Rule, three.Hint = "system.build", "limits.ports", "own address", "Tell the vendor."
	return []status.Withheld{one, three, two}
}

// P5: status has a row for each field and the hint once, within the width of a terminal; no row where nothing is
// withheld.
func TestRowsOfWithheld(t *testing.T) {
	var shown table
	rowsOfWithheld(&shown, nil)
	rowsOfWithheld(&shown, someWithheld())
	const want = `withheld  system.version: own host name, in the last 5
          documents, since 2026-03-01 09:00
          system.build: own host name, in the last 5
          documents, since 2026-03-01 09:00
          hint: Rename the appliance, or tell the vendor.
          limits.ports: own address, in the last 5
          documents, since 2026-03-01 09:00
          hint: Tell the vendor.
`
	if diff := cmp.Diff(want, shown.text(60)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// P5: check warns of each field, with the hint once for a person and each time for a program. It does not fail for it.
func TestFindingsOfWithheld(t *testing.T) {
	none := finding{what: "withheld", told: "no field"}
	if got := findingsOf(none, nil); len(got) != 1 || got[0].state() != "ok" {
		t.Errorf("none: got %+v, want it ok", got)
	}
	found := append(findingsOf(none, someWithheld()), finding{what: "window", told: "open"})
	if bad := wrong(found); len(bad) != 0 {
		t.Errorf("got %v, want no failure", bad)
	}
	var text strings.Builder
	if err := tellFindings(&text, found); err != nil {
		t.Fatal(err)
	}
	const want = `warn  withheld  values that could identify you are kept back hour after hour; all others are sent
warn    field   system.version: own host name, in the last 5 documents, since 2026-03-01 09:00
warn    field   system.build: own host name, in the last 5 documents, since 2026-03-01 09:00
                hint: Rename the appliance, or tell the vendor.
warn    field   limits.ports: own address, in the last 5 documents, since 2026-03-01 09:00
                hint: Tell the vendor.
ok    window    open
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	parts := checkedOf(found)
	for i, want := range []checkedPart{{Part: "withheld", State: "warn"}, {Part: "withheld/system.version", State: "warn",
		Hint: "Rename the appliance, or tell the vendor."}} {
		want.Says = parts.Parts[i].Says
		if parts.Parts[i] != want || !parts.Works {
			t.Errorf("got %+v and works: %t, want %+v and true", parts.Parts[i], parts.Works, want)
		}
	}
}
