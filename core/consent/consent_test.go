package consent

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

var (
	noon    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	allowed = Decision{Choice: Allowed, Time: noon, Actor: "admin", Way: "page"}
)

const text = `{"choice": "allowed", "time": "2026-03-01T12:00:00Z", "actor": "admin", "way": "page"}`

// at returns the [Store] of the decision at path.
func at(path string) Store { return Open(durable.OS{}, path, path+".history", "") }

// unreported is a disk whose changes the kernel does not report, so that time advances in a
// synctest bubble.
type unreported struct{ durable.Disk }

func unreportedAt(path string) Store {
	return Open(unreported{durable.OS{}}, path, path+".history", "")
}

// CONS-2: [Store.Write] stores a decision with its actor and time, and it is read as it was
// written.
func TestWriteRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "consent.json")
	for _, choice := range []Choice{Allowed, Denied, Undecided, Allowed} {
		want := allowed
		want.Choice, want.EULA, want.Profile, want.Fields = choice, "2.1", 3,
			[]string{"counts.sites count", "counts.users count"}
		if err := at(path).Write(want); err != nil {
			t.Fatal(err)
		}
		got, err := at(path).read(noon)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("read (-want +got, %v):\n%s", err, diff)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o640 { // VIEW-3
		t.Errorf("mode: got %v and %v, want 0640", info.Mode(), err)
	}
}

func TestWriteRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "consent.json")
	for name, d := range map[string]Decision{
		"no time":        {Choice: Allowed, Actor: "admin"},
		"no actor":       {Choice: Allowed, Time: noon},
		"long actor":     {Choice: Allowed, Time: noon, Actor: strings.Repeat("x", MaxName+1)},
		"unknown choice": {Choice: 3, Time: noon, Actor: "admin"},
	} {
		if err := at(path).Write(d); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("a refused decision was written")
	}
}

// CONS-3: a file that is not a valid decision means no, and the error says how to decide again.
func TestDamagedIsDenied(t *testing.T) {
	for name, content := range map[string]string{
		"empty":                   "",
		"torn":                    text[:len(text)-2],
		"other case":              strings.Replace(text, "choice", "Choice", 1),
		"capital":                 strings.Replace(text, `"allowed"`, `"Allowed"`, 1),
		"space":                   strings.Replace(text, `"allowed"`, `"allowed "`, 1),
		"true":                    strings.Replace(text, `"allowed"`, `true`, 1),
		"number":                  strings.Replace(text, `"allowed"`, `2`, 1),
		"null":                    strings.Replace(text, `"allowed"`, `null`, 1),
		"no choice":               strings.Replace(text, `"choice": "allowed", `, ``, 1),
		"two choices":             strings.Replace(text, `{`, `{"choice": "denied", `, 1),
		"same twice":              strings.Replace(text, `{`, `{"choice": "allowed", `, 1),
		"no time":                 strings.Replace(text, `"time": "2026-03-01T12:00:00Z", `, ``, 1),
		"bad time":                strings.Replace(text, `2026-03-01T`, `yesterday`, 1),
		"null time":               strings.Replace(text, `"2026-03-01T12:00:00Z"`, `null`, 1),
		"no actor":                strings.Replace(text, `"admin"`, `""`, 1),
		"tomorrow's":              strings.Replace(text, `2026-03-01T12:00:00Z`, `2026-03-02T12:00:01Z`, 1),
		"text after the decision": text + "{}",
		"list":                    "[" + text + "]",
		"profile a word":          with(`"profile": "2"`),
		"profile negative":        with(`"profile": -2`),
		"profile null":            with(`"profile": null`),
		"fields null":             with(`"fields": null`),
		"fields a word":           with(`"fields": "counts.users count"`),
		"fields unsorted":         with(`"fields": ["b count", "a count"]`),
		"a field empty":           with(`"fields": [""]`),
		"a field no word":         with(`"fields": ["a count", 7]`),
		"a field long":            with(`"fields": ["` + strings.Repeat("x", maxField+1) + `"]`),
		"fields too many":         with(`"fields": ["a"` + strings.Repeat(`,"a"`, maxFields) + `]`),
		"eula a number":           with(`"eula": 2`),
		"eula long":               with(`"eula": "` + strings.Repeat("x", MaxName+1) + `"`),
		"product a number":        with(`"product": 1`),
		"id null":                 with(`"id": null`),
		"after long":              with(`"after": "` + strings.Repeat("x", MaxName+1) + `"`),
		"long":                    text + strings.Repeat(" ", maxSize),
	} {
		t.Run(name, func(t *testing.T) { denied(t, file(t, content, 0o640)) })
	}
}

// with returns a decision with one more member.
func with(member string) string { return strings.Replace(text, "{", "{"+member+", ", 1) }

// CONS-3: if others could have changed the file, if it is not regular, or if it is dated more than
// a day ahead, it means no.
func TestUntrustedFileIsDenied(t *testing.T) {
	for _, mode := range []os.FileMode{0o660, 0o642, 0o666} {
		denied(t, file(t, text, mode))
	}
	link := filepath.Join(t.TempDir(), "consent.json")
	if err := os.Symlink(file(t, text, 0o640), link); err != nil {
		t.Fatal(err)
	}
	denied(t, link)
	denied(t, file(t, strings.Replace(text, `2026-03-01T12:00:00Z`, `2026-03-02T12:00:01Z`, 1), 0o640))
	denied(t, t.TempDir())
	denied(t, filepath.Join(file(t, text, 0o640), "below a file"))
}

// A later version may write more members, and a clock may have been a day ahead.
func TestLaterVersionsAndClocksAreTolerated(t *testing.T) {
	for name, content := range map[string]string{
		"unknown member": strings.Replace(text, `{`, `{"terms": {"choice": "denied"}, `, 1),
		"a day ahead":    strings.Replace(text, `2026-03-01T12:00:00Z`, `2026-03-02T12:00:00Z`, 1),
		"no way":         strings.Replace(text, `, "way": "page"`, ``, 1),
	} {
		got, err := at(file(t, content, 0o600)).read(noon)
		if err != nil || got.Choice != Allowed {
			t.Errorf("%s: got %v and %v, want allowed", name, got.Choice, err)
		}
	}
}

func denied(t *testing.T, path string) {
	t.Helper()
	got, err := at(path).read(noon)
	if err == nil || !cmp.Equal(got, Decision{Choice: Denied}) {
		t.Fatalf("got %+v and %v, want denied and why", got, err)
	}
	if !strings.Contains(usage.HintOf(err), "decide again with") || strings.Contains(err.Error(), "admin") {
		t.Errorf("error: got %q, want a hint and nothing of the content", err)
	}
}

func file(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "consent.json")
	if err := errors.Join(os.WriteFile(path, []byte(content), mode), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
	return path
}

// CONS-3: only a well-formed decision with exactly the choice "allowed" is a yes.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(text))
	f.Add([]byte(strings.Replace(text, `{`, `{"choice":"denied",`, 1)))
	f.Add([]byte(strings.Replace(text, "choice", "CHOICE", 1)))
	f.Add([]byte(with(`"profile": 3, "eula": "2.1", "fields": ["a count", "b count"]`)))
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := decode(content)
		if err != nil || d.Choice != Allowed {
			return
		}
		var plain map[string]any
		if err := json.Unmarshal(content, &plain); err != nil || plain["choice"] != "allowed" {
			t.Errorf("allowed by %q: %v", content, err)
		}
		if !slices.IsSorted(d.Fields) || len(d.Fields) > maxFields {
			t.Errorf("fields of %q: got %v", content, d.Fields)
		}
		if d.Time.IsZero() || d.Actor == "" {
			t.Errorf("allowed by nobody or never: %q", content)
		}
	})
}
