package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/stage"
)

// carelessName is in every value that the careless plugin sends and must not send.
const carelessName = "seerose-17.labor-kiefer.example"

// ANON-1: a plugin sends values of every wrong shape, under every wrong name. None of them gets
// into the document, the journal or the logs. Dropped values are counted, and the rest is sent.
func TestACarelessPluginTellsNothing(t *testing.T) {
	t.Parallel()
	build(t, bin, "careless")
	p := hour(t, set(t, stage.Plan{Product: "careless", Sources: "  mood: {stranger: false}\n"}))
	p.wantNone(t, []string{carelessName, "seerose", "kiefer", "labor-"})
	got := p.categories(t)
	for category, field := range map[string]string{"good": "host", "names": "rooms"} {
		wantPseudonyms(t, got[category][field])
		delete(got[category], field)
	}
	if diff := cmp.Diff(carelessRest, got); diff != "" {
		t.Errorf("categories (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(carelessTreated, p.treated(t)); diff != "" {
		t.Errorf("treated (-want +got)\n%s", diff)
	}
	if want := `"plugin": "other"`; !strings.Contains(string(p.document.Body), want) {
		t.Errorf("got a document without %s", want)
	}
}

// wantPseudonyms fails unless value is one pseudonym, or four of a list that had more.
func wantPseudonyms(t *testing.T, value any) {
	t.Helper()
	if !pseudonym.MatchString(fmt.Sprint(value)) {
		t.Errorf("got %v, want pseudonyms", value)
	}
}

var pseudonym = regexp.MustCompile(`^(hostname-[0-9a-z]{26}|\[(device-[0-9a-z]{26} ?){4}\])$`)

// carelessRest is the good part of the plugin's values. The sum of other keys and the word other
// show that there was more.
var carelessRest = map[string]map[string]any{
	"license_information": {"serial_number": "8L77031C5D92FE"},
	"good":                {"users": 12.0, "version": "6.4.2"},
	"numbers":             {"fine": 12.5},
	"words": {"mode": "other", "modes": []any{"high", "high", "high"},
		"calls": map[string]any{"sip": 3.0, "other": 4.0}},
	"names": {},
	"shapes": {"deep": map[string]any{"up": true}, "peers": []any{map[string]any{"up": true},
		map[string]any{"up": true}}},
}

// carelessTreated is counted by hand: suppressed are 3 in the license, 9 numbers, 302 words, 302
// names, 599 in shapes.
var carelessTreated = map[string]int{"kept": 11, "pseudonymized": 5, "scrubbed": 0, "suppressed": 1215, "undeclared": 8,
	"withheld": 0}

// A category that the profile does not have ends the collect. The values before it are sent, and
// the host reports that the plugin failed, without repeating a word of the plugin.
func TestAStrangeCategoryIsNotTold(t *testing.T) {
	t.Parallel()
	build(t, bin, "careless")
	s := set(t, stage.Plan{Product: "careless", Sources: "  mood: {stranger: true}\n"})
	p := played{texts: map[string]string{}}
	p.says(t, s, 0, "consent", "allow", "--yes")
	said := p.says(t, s, 0, "send")
	if want := "it sent a category that the profile does not have"; !strings.Contains(said, want) {
		t.Errorf("got no word of why the plugin failed, want %q", want)
	}
	p.holds(t, s.Dir, "state", "received", "analytics.json", "journal.jsonl")
	p.wantNone(t, []string{carelessName, "seerose", "kiefer"})
	received := s.Point.Received()
	if len(received) != 1 {
		t.Fatalf("got %d documents, want 1", len(received))
	}
	p.document = received[0]
	if got := p.categories(t)["good"]["users"]; got != 12.0 {
		t.Errorf("got %v users, want 12", got)
	}
}
