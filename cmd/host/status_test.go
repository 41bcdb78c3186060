package main

import (
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

// P5: status has a row for each withheld field and prints a shared hint once, within the width of a
// terminal. If nothing is withheld, there is no row.
func TestStatusListsWithheldFields(t *testing.T) {
	var shown table
	addWithheldRows(&shown, nil)
	addWithheldRows(&shown, someWithheld())
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
