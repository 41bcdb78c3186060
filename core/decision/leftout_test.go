package decision

import (
	"errors"
	"slices"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// CONS-2: what is left out is kept over a denial, a choice that was made meanwhile is not undone, and
// only the documents that hold the category are removed.
func TestLeftOut(t *testing.T) {
	a := newAppliance(t)
	p := profile.Profile{ID: "acme", Version: 2, Categories: []profile.Category{
		{Name: "counts", Fields: []profile.Field{{Name: "users", Kind: kind.Count}}},
		{Name: "calls", Optional: true, Fields: []profile.Field{{Name: "seen", Kind: kind.Count}}},
	}}
	yes := consent.Decision{Choice: consent.Allowed, Time: time.Now(), Actor: "jane"}
	none := yes.Accepting(p)
	if err := Decide(none, a.Records); err != nil {
		t.Fatal(err)
	}
	for id, body := range map[string]string{
		"acme-1": `{"categories": {"counts": {"users": 1}}, "omitted": {"calls": "left out by the administrator"}}`,
		"acme-2": `{"categories": {"calls": {"applicable": false}}}`, "acme-3": `no document`,
	} {
		hour := time.Date(2026, 3, 1, int(id[len(id)-1]), 0, 0, 0, time.UTC)
		if _, err := a.Spool.Put(id, hour, []byte(body), func() error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := Decide(yes.Accepting(p, "calls"), a.Records); err != nil {
		t.Fatal(err)
	}
	waiting, err := a.Spool.Waiting()
	if err != nil || len(waiting) != 1 || waiting[0].ID != "acme-1" {
		t.Errorf("waiting: got %v, %v", waiting, err)
	}
	if err := DecideUnless(SameCategories(none), none, a.Records); !errors.Is(err, errMeanwhile) {
		t.Errorf("meanwhile: got %v", err)
	}
	for _, d := range []consent.Decision{{Choice: consent.Denied, Time: time.Now(), Actor: "max"}, none} {
		want := []string{"calls"}
		if d.Choice == consent.Allowed {
			want = nil
		}
		err := Decide(d, a.Records)
		if now, unread := a.Decision.Read(); err != nil || unread != nil || !slices.Equal(now.LeftOut, want) {
			t.Errorf("%v: got %v, %v, %v", d.Choice, now.LeftOut, err, unread)
		}
	}
}
