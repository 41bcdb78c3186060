package conformance_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/conformance"
	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/conformance/receiver"
)

// promise is a released version's definition of one check.
type promise struct{ id, level, serves, holds string }

// readPromises reads checks.txt: its version, and one promise per line.
func readPromises(t *testing.T) (version string, all []promise) {
	t.Helper()
	text, err := os.ReadFile("checks.txt")
	if err != nil {
		t.Fatal(err)
	}
	heading, columns := regexp.MustCompile(`^# The checks of conformance (\S+)`), regexp.MustCompile(` {2,}`)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if of := heading.FindStringSubmatch(line); of != nil {
			version = of[1]
		} else if cells := columns.Split(line, -1); len(cells) == 4 {
			all = append(all, promise{cells[0], cells[1], cells[2], cells[3]})
		} else if !strings.HasPrefix(line, "#") {
			t.Errorf("checks.txt: %q is no check", line)
		}
	}
	return version, all
}

// promisesNow returns the promises of the current checks, of plugins and of collection points.
func promisesNow() (all []promise) {
	for _, c := range checks.All() {
		all = append(all, promise{c.ID, string(c.Level), strings.Join(c.Serves, ", "), c.Holds})
	}
	for _, c := range receiver.All() {
		all = append(all, promise{c.ID, string(c.Level), strings.Join(c.Serves, ", "), c.Holds})
	}
	return all
}

// section returns the text of CHANGELOG.md below a heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	text, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	_, below, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Errorf("CHANGELOG.md has no heading %q", heading)
	}
	below, _, _ = strings.Cut(below, "\n## ")
	return below
}

// unannounced lists the checks that were removed, added or changed since the promise and that the
// changes do not name.
func unannounced(promised, now []promise, changes string) (problems []string) {
	find := func(in []promise, id string) promise {
		i := slices.IndexFunc(in, func(p promise) bool { return p.id == id })
		if i < 0 {
			return promise{}
		}
		return in[i]
	}
	for _, p := range slices.Concat(promised, now) {
		was, is := find(promised, p.id), find(now, p.id)
		if was == is || strings.Contains(changes, "`"+p.id+"`") {
			continue
		}
		problem := fmt.Sprintf("%s was %+v and is %+v", p.id, was, is)
		if !slices.Contains(problems, problem) {
			problems = append(problems, problem)
		}
	}
	return problems
}

// PLUG-2: if a check is removed, added or changes its meaning, CHANGELOG.md names it, so that users
// who rely on its id are informed.
func TestChangedChecksAreInTheChangelog(t *testing.T) {
	version, promised := readPromises(t)
	if version != conformance.Version {
		t.Errorf("checks.txt is of version %s, want %s: see README.md, Add a check", version, conformance.Version)
	}
	section(t, version)
	for _, problem := range unannounced(promised, promisesNow(), section(t, "Unreleased")) {
		t.Errorf("CHANGELOG.md does not say, under Unreleased, that %s", problem)
	}
}

// The rule itself: each change of a check is found unless it is announced.
func TestUnannouncedChangeIsFound(t *testing.T) {
	was := []promise{{"a.one", "required", "PLUG-1", "It is so."}, {"a.two", "recommended", "PLUG-1", "It is so, too."}}
	with := func(second ...promise) []promise { return append([]promise{was[0]}, second...) }
	for name, now := range map[string][]promise{
		"gone":          with(),
		"another level": with(promise{"a.two", "required", "PLUG-1", "It is so, too."}),
		"reworded":      with(promise{"a.two", "recommended", "PLUG-1", "It is otherwise."}),
		"serves more":   with(promise{"a.two", "recommended", "PLUG-1, SEND-5", "It is so, too."}),
	} {
		if got := unannounced(was, now, "- `a.one` and a.two"); len(got) != 1 ||
			!strings.HasPrefix(got[0], "a.two was") {
			t.Errorf("%s: got %q, want a.two", name, got)
		}
		if got := unannounced(was, now, "- `a.two` is another."); got != nil {
			t.Errorf("%s, and announced: got %q", name, got)
		}
	}
	added := append(slices.Clone(was), promise{"b.new", "required", "PLUG-1", "It is new."})
	if got := unannounced(was, added, ""); len(got) != 1 {
		t.Errorf("a new one: got %q, want b.new", got)
	}
	if diff := cmp.Diff([]string(nil), unannounced(was, was, "")); diff != "" {
		t.Errorf("the same (-want +got)\n%s", diff)
	}
}
