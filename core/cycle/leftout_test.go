package cycle

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// optionalAcme gives the appliance's profile three optional categories, of which the plugin sends
// values whatever it is told.
func (a *appliance) optionalAcme() {
	a.Profile.Version, a.Profile.Categories = 2, slices.Clone(acme.Categories)
	for _, name := range []string{"audits", "calls", "load"} {
		a.Profile.Categories = append(a.Profile.Categories, profile.Category{Name: name, Optional: true,
			Fields: []profile.Field{{Name: name + "_seen", Kind: kind.Count}}})
		a.product.more = append(a.product.more, usage.Observation{Category: name, Field: usage.Raw(name + "_seen"),
			Value: usage.Raw(int64(4711))})
	}
}

func (a *appliance) allow(t *testing.T, leftOut ...string) {
	t.Helper()
	d := consent.Decision{Choice: consent.Allowed, Time: a.now, Actor: "a tester"}.Accepting(a.Profile, leftOut...)
	if err := decision.Decide(d, a.Records); err != nil {
		t.Fatal(err)
	}
}

// CONS-2: whichever optional categories are left out, the plugin is told, the document has nothing of
// them although the plugin sends them, and lists each as left out by the administrator. All others
// are there.
func TestLeftOutCategories(t *testing.T) {
	for subset := range 8 {
		a := newAppliance(t)
		a.optionalAcme()
		var leftOut []string
		for i, name := range a.Profile.Optional() {
			if subset>>i&1 == 1 {
				leftOut = append(leftOut, name)
			}
		}
		a.allow(t, leftOut...)
		result, err := a.Run(t.Context())
		if err != nil || len(result.Sent) != 1 {
			t.Fatalf("%v: got %+v, %v", leftOut, result, err)
		}
		previewed, err := a.Preview(t.Context(), consent.Decision{LeftOut: leftOut}.Accepted(a.Profile))
		if err != nil || len(a.product.leftOut) != 2 {
			t.Fatalf("%v: got %v and %d collects", leftOut, err, len(a.product.leftOut))
		}
		for _, told := range a.product.leftOut {
			if !slices.Equal(told, leftOut) {
				t.Errorf("%v: the plugin is told %v", leftOut, told)
			}
		}
		for _, name := range a.Profile.Optional() {
			out := slices.Contains(leftOut, name)
			sentence := fmt.Sprintf("%q: %q", name, usage.LeftOut.Sentence())
			for _, body := range []string{string(result.Made.Body), string(previewed.Body)} {
				if strings.Contains(body, sentence) != out || out && strings.Contains(body, name+"_seen") {
					t.Errorf("%v: %s: got %s", leftOut, name, body)
				}
			}
			if strings.Contains(string(result.Made.Body), name+"_seen") == out {
				t.Errorf("%v: %s: got %s", leftOut, name, result.Made.Body)
			}
		}
	}
}

// CONS-2: a document that waits does not go out after one of its categories was left out, not even if
// the decision changed without its removal. Others wait for the next upload. Its hour is not made
// again.
func TestWaitingDocumentsWithoutTheCategory(t *testing.T) {
	for name, decide := range map[string]func(*testing.T, *appliance){
		"decided": func(t *testing.T, a *appliance) { a.allow(t, "calls") },
		"written by hand": func(t *testing.T, a *appliance) {
			d, err := a.Decision.Read()
			d.ID, d.LeftOut = "by-hand", []string{"calls", "gone"}
			if err := errors.Join(err, a.Decision.Write(d)); err != nil {
				t.Fatal(err)
			}
		},
		"decided during a cycle": func(t *testing.T, a *appliance) {
			unlock, err := a.CycleLock.Acquire()
			if err != nil {
				t.Fatal(err)
			}
			a.allow(t, "calls")
			unlock()
		},
	} {
		a := newAppliance(t)
		a.optionalAcme()
		down := errors.New("503")
		a.line.answers = []error{down, down, down}
		a.allow(t)
		if _, err := a.Run(t.Context()); err == nil {
			t.Fatal("got an upload")
		}
		held := a.waitingIDs(t)
		decide(t, a)
		a.line.answers, a.line.sent = nil, nil
		result, err := a.Run(t.Context())
		if err != nil || len(result.Sent) != 0 || result.Made != nil || a.waiting(t) != 0 || len(a.line.sent) != 0 {
			t.Errorf("%s: got %+v, %v, sent %v", name, result, err, a.line.sent)
		}
		lines, err := a.Journal.Last(10)
		dropped := func(e journal.Entry) bool {
			return e.Outcome == journal.Dropped && e.ID == held[0] && strings.Contains(e.Reason, "left out since")
		}
		if n := len(slices.DeleteFunc(lines, func(e journal.Entry) bool { return !dropped(e) })); n != 1 || err != nil {
			t.Errorf("%s: got %d lines, %v", name, n, err)
		}
		a.now = a.now.Add(time.Hour)
		if result, err := a.Run(t.Context()); err != nil || len(result.Sent) != 1 {
			t.Errorf("%s: the next hour: got %+v, %v", name, result, err)
		}
	}
}

func (a *appliance) waitingIDs(t *testing.T) (ids []string) {
	t.Helper()
	entries, err := a.Spool.Waiting()
	if err != nil || len(entries) == 0 {
		t.Fatalf("got %d documents, %v", len(entries), err)
	}
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return ids
}

// CONS-2: what was carried over, or kept as a counter, while a category was collected is not given to
// the plugin once it is left out.
func TestNothingIsCarriedOverALeftOut(t *testing.T) {
	a := newAppliance(t)
	a.optionalAcme()
	a.allow(t)
	a.product.says = &pluginhost.Carryover{}
	a.next(t)
	if a.next(t) == nil {
		t.Fatal("nothing is carried over")
	}
	a.allow(t, "load")
	a.forgetUnlessAllowed()
	if !a.carryover.empty() {
		t.Error("after the decision: it is still there")
	}
	if a.next(t) != nil {
		t.Error("in the next cycle: got what was carried over")
	}
	if a.next(t) == nil {
		t.Error("later: nothing is carried over")
	}
}

// The journal says if the plugin sent a category that is left out.
func TestUnaskedIsRecorded(t *testing.T) {
	m := Made{Unasked: 2}
	if got := m.entry().Reason; got != "categories that are left out and the plugin sent, dropped unread: 2" {
		t.Errorf("got %q", got)
	}
}

// The documents of a test system say so. A change of the mark does not touch documents that wait,
// which say what was true, and cuts off no upload.
func TestLabMark(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.line.while = func() {
		mark := lab.Mark{Lab: true, Time: a.now, Actor: "a tester", Way: consent.ByCommand}
		if err := decision.MarkLab(mark, a.Records); err != nil {
			t.Fatal(err)
		}
	}
	for hour, want := range []bool{false, true} {
		result, err := a.Run(t.Context())
		if err != nil || len(result.Sent) != 1 {
			t.Fatalf("got %+v, %v", result, err)
		}
		if got := strings.Contains(string(result.Made.Body), "\n  \"lab\": true,\n"); got != want {
			t.Errorf("hour %d: got %s", hour, result.Made.Body)
		}
		a.now = a.now.Add(time.Hour)
	}
	a.decide(t, consent.Denied)
	if _, err := os.Stat(a.dir + "/lab.json"); err != nil || !a.Lab.Read().Lab {
		t.Errorf("after a denial: got %+v, %v", a.Lab.Read(), err)
	}
}
