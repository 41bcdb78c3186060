package document_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// CAT-*: the layout, byte for byte: the profile's order, each category either present or with its
// reason.
func TestLayout(t *testing.T) {
	m := cycle(t, acme(),
		seen("counts", "calls", map[string]any{"h323": int64(2), "sip": int64(1)}), seen("counts", "users", int64(12)),
		seen("counts", "sites", []any{}),
		seen("license_information", "since", "2026-01-01T00:00:00Z"), seen("license_information", "serial_number",
			"8L200353429AFC"),
		seen("counts", "who", "x"),
	)
	body, report, err := m.document(usage.Omission{Category: "statistics", Reason: usage.Refused},
		usage.Omission{Category: "security_settings", Reason: usage.Inapplicable},
		usage.Omission{Category: "counts", Reason: usage.TimedOut},
		usage.Omission{Category: "nowhere", Reason: usage.TimedOut}).Encode(m.gate)
	if err != nil || len(report.Withheld)+len(report.TooLarge) > 0 {
		t.Fatalf("got %+v %v, want nothing left out", report, err)
	}
	want := `{
  "format": "usagedata/1",
  "id": "` + m.header.ID + `",
  "system": "` + m.header.System + `",
  "product": {
    "id": "acme",
    "name": "Acme <Bridge> & more"
  },
  "profile": 3,
  "host": "1.0.0",
  "plugin": "1.2.3",
  "period": {
    "start": "2026-03-01T12:00:00Z",
    "end": "2026-03-01T13:00:00Z"
  },
  "categories": {
    "license_information": {
      "serial_number": "8L200353429AFC",
      "since": "2026-01-01T00:00:00Z"
    },
    "counts": {
      "users": 12,
      "sites": [],
      "calls": {
        "sip": 1,
        "h323": 2
      }
    },
    "security_settings": {
      "applicable": false
    }
  },
  "omitted": {
    "statistics": "not available: connection refused"
  },
  "treated": {
    "kept": 5,
    "pseudonymized": 0,
    "scrubbed": 0,
    "suppressed": 0,
    "undeclared": 1,
    "withheld": 0
  }
}
`
	if diff := cmp.Diff(want, string(body)); diff != "" {
		t.Errorf("got + want -:\n%s", diff)
	}
}

// A category without values or a reason is listed as not sent; a document without any category is
// still a document.
func TestOmitted(t *testing.T) {
	m := cycle(t, acme())
	body, _, err := m.document(usage.Omission{Category: "counts", Reason: usage.NothingAllowed},
		usage.Omission{Category: "statistics", Reason: "jane"}).Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	read := decode(t, body)
	if diff := cmp.Diff(map[string]string{
		"license_information": usage.NotSent.Sentence(), "counts": usage.NothingAllowed.Sentence(),
		"statistics": usage.Unexplained.Sentence(), "security_settings": usage.NotSent.Sentence(),
	}, read.Omitted); diff != "" {
		t.Errorf("got + want -:\n%s", diff)
	}
	if len(read.Categories) != 0 || !bytes.Contains(body, []byte(`"categories": {},`)) {
		t.Errorf("got %v, want an empty object", read.Categories)
	}
}

// CAT-*: if some entries of a list are missing, the list is both present and listed as missing; any
// other field is one or the other.
func TestAListOfWhichEntriesAreMissing(t *testing.T) {
	m := cycle(t, acme(), seen("counts", "builds", []any{"6.4.0"}), seen("counts", "users", int64(12)))
	omissions := []usage.Omission{}
	for _, field := range []string{"builds", "users", "links"} {
		omissions = append(omissions, usage.Omission{Category: "counts", Field: field, Reason: usage.TimedOut})
	}
	body, _, err := m.document(omissions...).Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	read := decode(t, body)
	got := []any{read.Categories["counts"]["builds"], read.Omitted["counts.builds"], read.Omitted["counts.users"],
		read.Omitted["counts.links"]}
	late := usage.TimedOut.Sentence()
	if diff := cmp.Diff([]any{[]any{"6.4.0"}, late, "", late}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// CAT-*: a missing part is listed if its field is present, and only then.
func TestOmittedParts(t *testing.T) {
	link := seen("counts", "link", map[string]any{"speed": int64(1000)})
	for want, m := range map[string]made{
		"counts.link.driver": cycle(t, acme(), link),
		"counts.link":        cycle(t, acme(), seen("counts", "users", int64(12))),
	} {
		body, _, err := m.document(usage.Omission{Category: "counts", Field: "link", Reason: usage.NotAccepted},
			usage.Omission{Category: "counts", Field: "link.driver", Reason: usage.Malformed}).Encode(m.gate)
		if err != nil {
			t.Fatal(err)
		}
		got := decode(t, body).Omitted
		maps.DeleteFunc(got, func(name, _ string) bool { return !strings.HasPrefix(name, "counts") })
		if len(got) != 1 || got[want] == "" {
			t.Errorf("got %v want %s only", got, want)
		}
	}
}

type read struct {
	Plugin     string
	Categories map[string]map[string]any
	Omitted    map[string]string
	Treated    anonymize.Tally
}

func decode(t testing.TB, body []byte) (r read) {
	t.Helper()
	if err := json.Unmarshal(body, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// SEND-4: a document stays below the limit; the categories that the profile ranks lowest are
// dropped first.
func TestTooLarge(t *testing.T) {
	p := acme()
	var sites []any
	for i := range 100 {
		sites = append(sites, fmt.Sprint("site ", i))
	}
	m := cycle(t, p, seen("license_information", "serial_number", "A1"), seen("counts", "sites", sites),
		seen("statistics", "note", strings.Repeat("lost ", 100)))
	whole, _, err := m.document().Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		limit int
		want  []string
	}{
		{len(whole) + 1, nil}, {len(whole), []string{"statistics"}}, {1500, []string{"statistics", "counts"}},
	} {
		m.header.Profile.Limits.Document = int64(tt.limit)
		body, report, err := m.document().Encode(m.gate)
		if err != nil || len(body) >= tt.limit || !cmp.Equal(report.TooLarge, tt.want) {
			t.Errorf("limit %d: got %d bytes, %v, %v, want %v left out", tt.limit, len(body), report.TooLarge, err,
				tt.want)
		}
		for _, category := range tt.want {
			if got := decode(t, body).Omitted[category]; got != usage.TooLarge.Sentence() {
				t.Errorf("%s: got %q, want %q", category, got, usage.TooLarge.Sentence())
			}
		}
	}
	m.header.Profile.Limits.Document = 200
	if body, _, err := m.document().Encode(m.gate); !errors.Is(err, document.ErrTooLarge) || body != nil {
		t.Errorf("got %d bytes, %v, want ErrTooLarge", len(body), err)
	}
}

// SEND-4: the last category is dropped even if its reason is longer than the category was.
func TestTooLargeByItsReasons(t *testing.T) {
	m := cycle(t, acme(), seen("counts", "sites", []any{"a", "b", "c"}), seen("security_settings", "tls", "1.2"))
	whole, _, err := m.document().Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	m.header.Profile.Limits.Document = int64(len(whole))
	body, report, err := m.document().Encode(m.gate)
	if err != nil || len(body) >= len(whole) || !cmp.Equal(report.TooLarge, []string{"security_settings", "counts"}) {
		t.Errorf("got %d bytes of %d, %v, %v, want both left out", len(body), len(whole), report.TooLarge, err)
	}
}

// SEND-5: a document of many categories that are far too large costs little more than one that
// fits.
func TestTooLargeCostsLittle(t *testing.T) {
	p := acme()
	p.Categories = nil
	var observed []usage.Observation
	for i := range 64 {
		name := fmt.Sprint("c", i)
		p.Categories = append(p.Categories, profile.Category{Name: name,
			Fields: []profile.Field{{Name: "loads", Kind: kind.Count, List: 2000}}})
		var loads []any
		for n := range 2000 {
			loads = append(loads, int64(n))
		}
		observed = append(observed, seen(name, "loads", loads))
	}
	m := cycle(t, p, observed...)
	m.header.Profile.Limits.Document = 1 << 30
	all := allocated(t, m)
	m.header.Profile.Limits.Document = 20_000
	if got := allocated(t, m); got > 3*all {
		t.Errorf("got %d bytes of memory for 20 kB, %d for all, want no more than three times as many", got, all)
	}
}

func allocated(t *testing.T, m made) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, _, err := m.document().Encode(m.gate); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// SEND-1, ANON-1, P8: a document that could not be traced, that shows a time zone, or that no gate
// has checked, is refused.
func TestIncomplete(t *testing.T) {
	for name, spoil := range map[string]func(*made){
		"no id":              func(m *made) { m.header.ID = "" },
		"no system":          func(m *made) { m.header.System = "" },
		"no gate":            func(m *made) { m.gate = nil },
		"no profile":         func(m *made) { m.header.Profile.ID = "" },
		"no host":            func(m *made) { m.header.Host = "" },
		"no plugin":          func(m *made) { m.header.Plugin = "" },
		"no period":          func(m *made) { m.header.Period = usage.Period{} },
		"period no time":     func(m *made) { m.header.Period.End = m.header.Period.Start },
		"gate without names": func(m *made) { m.gate = &anonymize.Gate{} },
		"two hours":          func(m *made) { m.header.Period.End = m.header.Period.End.Add(time.Hour) },
		"half past": func(m *made) {
			m.header.Period = usage.PeriodFrom(m.header.Period.Start.Add(30 * time.Minute))
		},
		"local start": func(m *made) { m.header.Period.Start = m.header.Period.Start.In(kathmandu) },
		"local end":   func(m *made) { m.header.Period.End = m.header.Period.End.In(kathmandu) },
	} {
		m := cycle(t, acme(), seen("counts", "users", int64(1)))
		spoil(&m)
		if body, _, err := m.document().Encode(m.gate); err == nil || body != nil {
			t.Errorf("%s: got %d bytes, %v, want an error and no bytes", name, len(body), err)
		}
	}
}

// SEND-1: the same facts make the same bytes.
func TestSameBytes(t *testing.T) {
	m := cycle(t, acme(), seen("counts", "calls", map[string]any{"sip": int64(1), "h323": int64(2), "x": int64(3)}),
		seen("counts", "sites", []any{"a", "b"}))
	first, _, err := m.document().Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, _, _ := m.document().Encode(m.gate); !bytes.Equal(first, again) {
			t.Fatal("got other bytes the second time")
		}
	}
	if strings.Contains(string(first), "\r") || !strings.HasSuffix(string(first), "}\n") {
		t.Error("got carriage returns or no line break at the end")
	}
}
