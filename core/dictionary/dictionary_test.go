package dictionary

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

var acme = profile.Profile{
	ID: "acme", Name: "Acme One", Version: 3, FirstAsked: "eula",
	CollectionPoint: profile.CollectionPoint{Host: "collect.example.com", Port: 8443},
	Blackout:        profile.Blackout{Before: 5 * time.Minute, After: 90 * time.Second},
	Limits:          profile.Limits{Document: 100_000, Hour: 90_000},
	Counters:        []profile.Counter{{Name: "busy_time", Doc: "Busy | since [the start]."}},
	Setting:         profile.Setting{Page: "Admin > Licences", Label: "Automatically send usage data"},
	Categories: []profile.Category{
		{Name: "license_information", Doc: "The licence.", Fields: []profile.Field{
			{Name: "serial_number", Kind: kind.Serial, Doc: "Its number.", Why: "To tell systems apart."},
		}},
		{Name: "system", Doc: "The system.", Optional: true, Fields: []profile.Field{
			{Name: "load", Kind: kind.Measure, Unit: "percent", Doc: "Load [a*b] <c>.", Why: "Capacity | plans."},
			{Name: "busy", Kind: kind.Measure, Unit: "percent", Doc: "Use.", Why: "Use.", Measured: profile.Now},
			{Name: "release", Kind: kind.Version, Groups: []string{"8-8", "0-9", "0-9", "0-255"},
				Doc: "Release.", Why: "Use."},
			{Name: "until", Kind: kind.Date, Doc: "Last day.", Why: "Use."},
			{Name: "mode", Kind: kind.Enum, Values: []string{"fast", "safe"}, Doc: "Mode.", Why: "Use."},
			{Name: "modes", Kind: kind.Count, By: []string{"fast", "safe"}, Doc: "By mode.", Why: "Use."},
			{Name: "chassis", Kind: kind.Serial, Doc: "Label.", Why: "Service.", Clear: "It is promised."},
			{Name: "note", Kind: kind.Text, Doc: "Note.", Why: "Faults.", Reason: "It comes so."},
			{Name: "members", List: 16, Doc: "Members.", Why: "Size.", Fields: []profile.Field{
				{Name: "name", Kind: kind.Hostname, Doc: "Its name."},
				{Name: "addresses", Kind: kind.Address, List: 4, Doc: "Its addresses."},
			}},
		}},
	},
}

func pageOf(t *testing.T, p profile.Profile) string {
	t.Helper()
	page, err := Page(p)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// ANON-1, ANON-2: each field has a row with everything a reviewer asks about, whatever its shape.
func TestEveryFieldHasItsRow(t *testing.T) {
	page := pageOf(t, acme)
	for _, want := range []string{
		"# Usage data of the Acme One\n",
		"They are removed when sending is denied, when the identity is renewed, and when an administrator leaves out",
		"| `busy_time` | Busy \\| since \\[the start\\]. |\n\n## Categories\n",
		"It changes when the identity is renewed or sending is denied. A document of a\n" +
			"system that is marked as a test system says so, ",
		"| sent to | `collect.example.com`, port 8443, over TLS |\n",
		"never from 5 minutes before to 1m30s after the hour |\n",
		"| the setting | **Automatically send usage data**, under Admin > Licences; " +
			"first asked with the end user license agreement |\n",
		"| [system](#system) | 10 | 6 | 1 | 2 | 1 |\n| **all** | 11 | 6 | 2 | 2 | 1 |\n",
		"| `release` | version within 8-8.0-9.0-9.0-255 | keep | Release. | Use. | `6.4.0` |\n",
		"| `until` | date | keep | Last day. | Use. | `2026-03-01` |\n",
		"| `serial_number` | serial | keep in clear | Its number. | To tell systems apart. | `EXAMPLE-SN-0001` |\n",
		"| `load` | measure in percent | keep | Load \\[a\\*b\\] &lt;c>. | Capacity \\| plans. | `37.5` |\n",
		"| `busy` | measure in percent, now | keep | Use. | Use. | `37.5` |\n",
		"| `mode` | enum | keep | Mode. | Use. | `fast` |\n",
		"| `modes` | count, by key | keep | By mode. | Use. | `fast: 12` |\n",
		"| `chassis` | serial | keep in clear | Label. | Service. **In clear:** It is promised. | " +
			"`EXAMPLE-SN-0001` |\n",
		"| `note` | text | scrub | Note. | Faults. **Free text:** It comes so. | " +
			"`call of Jane Doe to 192.0.2.17 failed after 250 ms` → `call of [removed] to address-",
		"| `members[]` | list of at most 16: record |  | Members. | Size. |  |\n",
		"| `members[].name` | hostname | pseudonymize | Its name. | Size. | `server.example.com` → `hostname-",
		"| `members[].addresses[]` | list of at most 4: address | pseudonymize | Its addresses. | Size. | " +
			"`192.0.2.17` → `address-",
		"- `mode`, `modes`: `fast`, `safe`\n",
		"left out first. An administrator can leave out [system](#system).\n",
		"\nThe system. **An administrator can leave this category out.** Then it is not read, and the document " +
			"lists it as left out.\n\n| field",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("got no %q in\n%s", want, page)
		}
	}
	if again := pageOf(t, acme); again != page {
		t.Errorf("a second page differs:\n%s", cmp.Diff(page, again))
	}
}

// If the profile omits an optional part, the page does too.
func TestMissingPartsAreLeftOut(t *testing.T) {
	p := acme
	p.Blackout, p.FirstAsked, p.Counters = profile.Blackout{}, "page", nil
	p.Categories = p.Categories[:1]
	page := pageOf(t, p)
	for _, word := range []string{"never from", "name servers", "agreement", "privacy policy", "kept between",
		"can leave out"} {
		if strings.Contains(page, word) {
			t.Errorf("got %q on the page", word)
		}
	}
	p.DNSFallback = "192.0.2.53"
	if page := pageOf(t, p); !strings.Contains(page, "| name servers | the appliance's own; `192.0.2.53` if") {
		t.Error("the other name server is not on the page (DNS-1)")
	}
	p.PrivacyPolicy = "https://www.example.com/privacy"
	const row = "\n| the vendor's privacy policy | <https://www.example.com/privacy> |\n"
	if page := pageOf(t, p); !strings.Contains(page, row) {
		t.Error("the privacy policy is not on the page (CONS-5)")
	}
}

// Each kind has an example that passes the real treatment, and the legend of [Page] lists the kind
// under its treatment.
func TestEveryKindHasAnExample(t *testing.T) {
	legend, _, _ := strings.Cut(pageOf(t, acme), "## Categories")
	made, err := newExamples(acme)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range kind.All() {
		of := row.Kind
		f := profile.Field{Name: "x", Kind: of}
		if of == kind.Enum {
			f.Values = []string{"fast"}
		}
		example, err := made.of(f)
		if err != nil {
			t.Errorf("%s: got %v", of, err)
		}
		before, after, treated := strings.Cut(example, " → ")
		if of.Treatment() == kind.Pseudonymize && (!treated || !strings.HasPrefix(after, "`"+string(of)+"-") ||
			strings.Contains(after, strings.Trim(before, "`"))) {
			t.Errorf("%s: got %s want a pseudonym after the arrow", of, example)
		}
		if !strings.Contains(lineOf(legend, Treatment(f)), string(of)) {
			t.Errorf("%s: not on the page under %s", of, Treatment(f))
		}
	}
}

// lineOf returns the table row that begins with word.
func lineOf(text, word string) string {
	_, after, _ := strings.Cut(text, "\n| "+word+" |")
	line, _, _ := strings.Cut(after, "\n")
	return line
}

func TestUnknownKindsHaveNoPage(t *testing.T) {
	p := acme
	p.Categories = []profile.Category{{Name: "system", Fields: []profile.Field{{Name: "x", Kind: "secret"}}}}
	if page, err := Page(p); err == nil || !strings.Contains(err.Error(), "field x") {
		t.Errorf("got %v, page %q", err, page)
	}
}

// The committed page of each product matches its profile.
func TestPagesAreFresh(t *testing.T) {
	profiles, err := filepath.Glob("../../plugins/*/" + profile.FileName)
	if err != nil || len(profiles) == 0 {
		t.Fatalf("got %d profiles, %v", len(profiles), err)
	}
	for _, path := range profiles {
		p, err := profile.Load(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		beside := filepath.Join(filepath.Dir(path), FileName)
		text, err := os.ReadFile(beside)
		if diff := cmp.Diff(string(text), pageOf(t, p)); err != nil || diff != "" {
			t.Errorf("%s is stale: %v\n%s\nhint: make dictionary", beside, err, diff)
		}
	}
}
