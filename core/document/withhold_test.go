package document_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/usage"
)

// sites is the observation of these tests: an address, which is 169936661 as a number, and a short
// name.
var sites = seen("counts", "sites", []any{"10.33.7.21", "vie"})

// left is a [document.Document] without its pseudonyms.
type left struct {
	Categories map[string]map[string]any
	Omitted    []string // the withheld ones
	Treated    anonymize.Tally
	Incidents  []document.Incident
}

func encoded(t testing.TB, m made) left {
	t.Helper()
	body, report, err := m.document().Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(schema(t), body); err != nil {
		t.Errorf("%v in\n%s", err, body)
	}
	read := decode(t, body)
	l := left{Categories: read.Categories, Treated: read.Treated, Incidents: report.Withheld}
	if read.Treated != report.Tally {
		t.Errorf("got %+v in the report, want the document's %+v", report.Tally, read.Treated)
	}
	delete(l.Categories["counts"], "sites")
	for path, sentence := range read.Omitted {
		if sentence == usage.Withheld.Sentence() {
			l.Omitted = append(l.Omitted, path)
		}
	}
	slices.Sort(l.Omitted)
	return l
}

type object = map[string]any

// ANON-1: a find withholds its entry, its member or its field, and nothing else. The place is
// listed, and the value is counted as withheld.
func TestSmallestPartIsWithheld(t *testing.T) {
	raw := func(field string) document.Incident {
		return document.Incident{Category: "counts", Field: field, Rule: anonymize.RuleRaw}
	}
	for name, tt := range map[string]struct {
		seen       []usage.Observation
		counts     object
		omitted    []string
		kept, gone int
		incidents  []document.Incident
	}{
		"field": {
			[]usage.Observation{seen("counts", "users", int64(169936661)),
				seen("counts", "calls", object{"sip": int64(1)})},
			object{"calls": object{"sip": 1.0}}, []string{"counts.users"}, 1, 1, []document.Incident{raw("users")},
		},
		"entry of a list": {
			[]usage.Observation{seen("counts", "builds", []any{"1.0", "1.0-VIE", "1.1", "1.2-VIE"})},
			object{"builds": []any{"1.0", "1.1"}}, []string{"counts.builds"}, 2, 2, []document.Incident{raw("builds")},
		},
		"all entries of a list": {
			[]usage.Observation{seen("counts", "builds", []any{"1.0-VIE"}), seen("counts", "users", int64(1))},
			object{"users": 1.0}, []string{"counts.builds"}, 1, 1, []document.Incident{raw("builds")},
		},
		"member of a record": {
			[]usage.Observation{seen("counts", "link", object{"speed": int64(169936661), "driver": "1.0"})},
			object{"link": object{"driver": "1.0"}}, []string{"counts.link.speed"}, 1, 1,
			[]document.Incident{raw("link.speed")},
		},
		"all members of a record": {
			[]usage.Observation{seen("counts", "link", object{"speed": int64(169936661), "driver": "1.0-VIE"}),
				seen("counts", "users", int64(1))},
			object{"users": 1.0}, []string{"counts.link.driver", "counts.link.speed"}, 1, 2,
			[]document.Incident{raw("link.speed"), raw("link.driver")},
		},
		"member of a record in a list": {
			[]usage.Observation{seen("counts", "links", []any{object{"speed": int64(1), "driver": "1.0-VIE"},
				object{"speed": int64(2), "driver": "1.1"}})},
			object{"links": []any{object{"speed": 1.0}, object{"speed": 2.0, "driver": "1.1"}}},
			[]string{"counts.links.driver"}, 3, 1,
			[]document.Incident{raw("links.driver")},
		},
		"record in a list": {
			[]usage.Observation{seen("counts", "links", []any{object{"driver": "1.0-VIE"}, object{"driver": "1.1"}})},
			object{"links": []any{object{"driver": "1.1"}}}, []string{"counts.links.driver"}, 1, 1,
			[]document.Incident{raw("links.driver")},
		},
		"number by key": {
			[]usage.Observation{seen("counts", "calls", object{"sip": int64(169936661), "h323": int64(2)})},
			object{"calls": object{"h323": 2.0}}, []string{"counts.calls"}, 1, 1, []document.Incident{raw("calls")},
		},
		"all numbers by key": {
			[]usage.Observation{seen("counts", "calls", object{"sip": int64(169936661)}),
				seen("counts", "users", int64(1))},
			object{"users": 1.0}, []string{"counts.calls"}, 1, 1, []document.Incident{raw("calls")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := encoded(t, cycle(t, acme(), append(tt.seen, sites)...))
			want := left{
				Categories: map[string]map[string]any{"counts": tt.counts}, Omitted: tt.omitted,
				Incidents: tt.incidents,
				Treated:   anonymize.Tally{Kept: tt.kept, Withheld: tt.gone, Pseudonymized: 2},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("want - got +:\n%s", diff)
			}
		})
	}
}

// ANON-1: a category of which nothing is left is listed as a whole, and the others are unchanged.
func TestWithheldCategory(t *testing.T) {
	m := cycle(t, acme(), sites, seen("counts", "users", int64(1)), seen("security_settings", "tls", "1.0-VIE"))
	got := encoded(t, m)
	want := left{
		Categories: map[string]map[string]any{"counts": {"users": 1.0}}, Omitted: []string{"security_settings"},
		Treated:   anonymize.Tally{Kept: 1, Withheld: 1, Pseudonymized: 2},
		Incidents: []document.Incident{{Category: "security_settings", Field: "tls", Rule: anonymize.RuleRaw}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want - got +:\n%s", diff)
	}
}

// The numbers of keys that the profile does not have were counted as suppressed before they were
// added up.
func TestWithheldSumIsCountedOnce(t *testing.T) {
	m := cycle(t, acme(), sites, seen("counts", "calls", object{"jane": int64(169936000), "joan": int64(661),
		"sip": int64(3)}))
	got := encoded(t, m)
	if want := (anonymize.Tally{Kept: 1, Suppressed: 2, Pseudonymized: 2}); got.Treated != want {
		t.Errorf("got %+v, want %+v", got.Treated, want)
	}
	if diff := cmp.Diff(object{"calls": object{"sip": 3.0}}, got.Categories["counts"]); diff != "" {
		t.Errorf("want - got +:\n%s", diff)
	}
}

// ANON-1: the version of the plugin is reported by the plugin: if the gate finds something in it,
// it is replaced by other.
func TestWithheldVersionOfThePlugin(t *testing.T) {
	for version, want := range map[string]string{
		"1.2.3": "1.2.3", "1.2-beta1": "1.2-beta1", "1.2.99": "1.2.99", "1.2-VIE": "other", "jsmith's": "other",
		"acme-core-01": "other", "other": "other",
	} {
		m := cycle(t, acme(), sites, seen("counts", "users", int64(1)))
		m.header.Plugin = version
		body, report, err := m.document().Encode(m.gate)
		if err != nil {
			t.Fatal(err)
		}
		read := decode(t, body)
		if read.Plugin != want || read.Categories["counts"]["users"] != 1.0 ||
			(version != want) != (len(report.Withheld) == 1) {
			t.Errorf("%s: got %s, %v, %+v, want %s and the categories", version, read.Plugin, read.Categories,
				report.Withheld, want)
		}
		if version != want && report.Withheld[0].Place() != "plugin" {
			t.Errorf("%s: got %q as the place, want plugin", version, report.Withheld[0].Place())
		}
	}
}

// ANON-1: of many values those with a find are withheld, and all others are sent in their order.
func TestOnlyFindsAreWithheld(t *testing.T) {
	outer := t
	builds := map[string]bool{"1.0": true, "1.1": true, "2.0-beta1": true, "1.0-VIE": false, "VIE_1.0": false,
		"10.5": true, "2.0-VIE beta": false}
	drawn := rapid.SampledFrom(slices.Sorted(maps.Keys(builds)))
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(drawn, 0, 8).Draw(t, "builds")
		drivers := rapid.SliceOfN(drawn, 0, 8).Draw(t, "drivers")
		var raw, records, wantList, wantRecords []any
		for _, build := range list {
			raw = append(raw, build)
			if builds[build] {
				wantList = append(wantList, build)
			}
		}
		for n, driver := range drivers {
			records = append(records, object{"speed": int64(n), "driver": driver})
			want := object{"speed": float64(n)}
			if builds[driver] {
				want["driver"] = driver
			}
			wantRecords = append(wantRecords, want)
		}
		want := object{"users": 1.0}
		if len(wantList) > 0 || len(list) == 0 {
			want["builds"] = append([]any{}, wantList...)
		}
		want["links"] = append([]any{}, wantRecords...)
		m := cycle(outer, acme(), sites, seen("counts", "users", int64(1)), seen("counts", "builds", raw),
			seen("counts", "links", records))
		got := encoded(outer, m)
		if diff := cmp.Diff(want, got.Categories["counts"]); diff != "" {
			t.Fatalf("want - got +:\n%s", diff)
		}
		if got.Treated.Total() != m.tally.Total() || got.Treated.Kept != leaves(got.Categories["counts"]) {
			t.Fatalf("got %+v of %+v, want each value counted once", got.Treated, m.tally)
		}
	})
}

func leaves(value any) (total int) {
	switch is := value.(type) {
	case []any:
		for _, entry := range is {
			total += leaves(entry)
		}
	case object:
		for _, part := range is {
			total += leaves(part)
		}
	default:
		return 1
	}
	return total
}

// A document can be encoded again: withholding and leaving out do not change it.
func TestEncodeDoesNotChangeTheDocument(t *testing.T) {
	m := cycle(t, acme(), sites, seen("security_settings", "tls", "1.0-VIE"),
		seen("counts", "builds", []any{"1.0", "1.0-VIE"}),
		seen("counts", "links", []any{object{"speed": int64(1), "driver": "1.0-VIE"}}), seen("statistics", "load", 1.5))
	m.header.Plugin = "1.2-VIE"
	d := m.document(usage.Omission{Category: "counts", Field: "users", Reason: usage.TimedOut})
	body, first, err := d.Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	again, second, _ := d.Encode(m.gate)
	if diff := cmp.Diff(first, second); diff != "" || string(body) != string(again) || len(first.Withheld) != 4 {
		t.Errorf("got %+v, then %+v\n%s\n%s", first, second, body, again)
	}
	free := anonymize.Treat(anonymize.EphemeralKey(), acme(), anonymize.Unnamed(), nil).Gate
	whole, _, err := d.Encode(free)
	if err != nil || !strings.Contains(string(whole), `"1.0-VIE"`) ||
		strings.Contains(string(whole), usage.Withheld.Sentence()) {
		t.Errorf("got %v, %s, want the document as it was made", err, whole)
	}
}
