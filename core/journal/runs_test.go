package journal

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// hour returns a clock hour of one day.
func hour(n int) time.Time { return time.Date(2026, 3, 1, n, 0, 0, 0, time.UTC) }

// made returns the lines of a document: its own, and one for each withheld field and rule.
func made(product string, n int, withheld ...[2]string) []Entry {
	id := product + "-" + hour(n).Format("20060102T1504Z") + "-x"
	lines := []Entry{{Time: hour(n + 1), Outcome: Spooled, ID: id, Period: hour(n)}}
	for _, w := range withheld {
		lines = append(lines,
			Entry{Time: hour(n + 1), Outcome: Withheld, ID: id, Period: hour(n), Field: w[0], Rule: w[1]})
	}
	return append(lines, Entry{Time: hour(n + 1), Outcome: Uploaded, ID: id})
}

// P5: [Runs] returns a [Run] if a field is withheld in three documents in a row, whatever other
// lines are between them, until a document has the field.
func TestRuns(t *testing.T) {
	f, g, other := [2]string{"c.f", "own domain"}, [2]string{"c.g", "own domain"}, [2]string{"c.f", "own host name"}
	acme := func(n int, w ...[2]string) []Entry { return made("acme", n, w...) }
	run := func(since, documents int) []Run {
		return []Run{{Field: "c.f", Rule: "own domain", Since: hour(since), Documents: documents}}
	}
	for name, c := range map[string]struct {
		lines [][]Entry
		want  []Run
	}{
		"none":  {nil, nil},
		"two":   {[][]Entry{acme(1, f), acme(2, f)}, nil},
		"three": {[][]Entry{acme(1, f), acme(2, f), acme(3, f)}, run(1, 3)},
		"five without after one with the field": {[][]Entry{acme(1), acme(2, f), acme(3, f), acme(4, f), acme(5, f),
			acme(6, f)},
			run(2, 5)},
		"one with the field in between": {[][]Entry{acme(1, f), acme(2, f), acme(3), acme(4, f)}, nil},
		"newest has the field":          {[][]Entry{acme(1, f), acme(2, f), acme(3, f), acme(4)}, nil},
		"hours without a document": {[][]Entry{acme(1, f), {{Outcome: Failed, Period: hour(2)}}, acme(5, f),
			{{Outcome: Declined, Period: hour(6)}}, acme(9, f)}, run(1, 3)},
		"renewed identity": {[][]Entry{acme(1, f), acme(2, f),
			{{Outcome: Decided, Choice: "renewed"}, {Outcome: Dropped, ID: "acme-x"}}, acme(3, f)}, run(1, 3)},
		"another product's": {[][]Entry{acme(1, f), acme(2, f), made("acmeb", 3), made("acmeb", 4, f),
			acme(5, f)}, run(1, 3)},
		"only another's":     {[][]Entry{made("acmeb", 1, f), made("acmeb", 2, f), made("acmeb", 3, f)}, nil},
		"uploaded later":     {[][]Entry{acme(1, f), acme(2, f), {acme(1)[1]}, acme(3, f)}, run(1, 3)},
		"own lines torn":     {[][]Entry{acme(1, f)[1:], acme(2, f)[1:], acme(3, f)[1:]}, run(1, 3)},
		"no field":           {[][]Entry{acme(1, [2]string{}), acme(2, [2]string{}), acme(3, [2]string{})}, nil},
		"a field of two":     {[][]Entry{acme(1, f, g), acme(2, f), acme(3, f, g)}, run(1, 3)},
		"rule of the newest": {[][]Entry{acme(1, other), acme(2, other), acme(3, f)}, run(1, 3)},
		"two rules, counted 1×": {[][]Entry{acme(1, f, other), acme(2, f, other), acme(3, f, other)},
			append(run(1, 3), Run{"c.f", "own host name", hour(1), 3, false})},
	} {
		got := Runs(slices.Concat(c.lines...), "acme")
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreUnexported(Run{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// [Run.Due] reports true at the third document, and then once per local date.
func TestDue(t *testing.T) {
	var lines []Entry
	var due []int
	for n := range 60 {
		lines = append(lines, made("acme", n, [2]string{"c.f", "own domain"})...)
		if runs := Runs(lines, "acme"); len(runs) == 1 && runs[0].Due() {
			due = append(due, n)
		}
	}
	if diff := cmp.Diff([]int{2, 23, 47}, due); diff != "" { // the document of 23:00 is made at 24:00
		t.Errorf("said in documents (-want +got):\n%s", diff)
	}
}
