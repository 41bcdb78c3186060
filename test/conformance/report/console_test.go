package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"polycom.com/usagedata/test/conformance/result"
)

// console returns the output of a whole run.
func console(r result.Result, terminal bool) string {
	var out bytes.Buffer
	c := NewConsole(&out, terminal)
	r.Started = time.Now()
	c.Begin(r)
	c.Playing([]string{"many", "silent"})
	for _, d := range r.Checks {
		c.Done(d)
	}
	c.End(r)
	return out.String()
}

// If the output is not a terminal, it has plain lines: a topic's passes in one line, each failure
// in full, and the verdict last.
func TestConsole(t *testing.T) {
	less := good(t)
	less.Reduced = []string{"-collects 20"}
	for name, tt := range map[string]struct {
		result result.Result
		want   []string
		last   string
	}{
		"conformant": {good(t), []string{
			"\n  handshake        passed 13 of 13 ", "\n  values           passed 6 of 7, 1 not applicable ",
			"\n  passed                   60             6\n", "\nseed 20261126, took 48 s\n",
		}, "conformant: 60 required checks pass\n"},
		"conformant with less": {less, nil,
			"conformant: 60 required checks pass, less was tested: -collects 20\n"},
		"not conformant": {bad(t), []string{
			"\nfailed  collect.once  required\n", "\nfailed  describe.soon  recommended\n",
			"\nwaived  determinism.same  required\n",
			"\nerror  resources.cpu  required\n", "\n    must hold: Each category is sent once.\n",
			"\n      step 9: category counts, 7 fields\n",
			"\n    says: The category counts came twice.\n", "\n    waived until 2027-03-31: The recorder's",
			"\n    repeat: conformance -product build/products/acme -root testdata/root -out " +
				"build/conformance/acme -seed " +
				"20261126 -run collect.once\n",
			"\n  collect          passed 10 of 11, 1 failed ", "\nproblem: The waiver of readonly.files has expired",
			"\n  failed                    2             1\n", "\n  waived                    1             0\n",
			"\n  all                      63             6\n",
		},
			"not conformant: 2 required checks fail, 2 problems with waivers, 1 failure is\n  waived, 1 check " +
				"could not be judged\n"},
	} {
		got := console(tt.result, false)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: want %q in\n%s", name, want, got)
			}
		}
		if !strings.HasSuffix(got, tt.last) {
			t.Errorf("%s: got the end %q want %q", name, got[max(0, len(got)-200):], tt.last)
		}
		if strings.ContainsAny(got, "\x1b\r") {
			t.Errorf("%s: got codes for a terminal, want plain lines", name)
		}
		narrow(t, name, got)
	}
}

// The summary of a long topic is wrapped, rather than too wide.
func TestConsoleOfABusyTopic(t *testing.T) {
	r := good(t)
	for i := range r.Checks {
		r.Checks[i].Topic = "everything"
		r.Checks[i].Outcome = []result.Outcome{result.Pass, result.Fail, result.Error, result.Skip,
			result.NotApplicable}[i%5]
	}
	got := console(r, false)
	if want := "passed 14 of 69, 14 failed, 14 error, 14 skipped, 13 not applicable"; !strings.Contains(squeeze(got),
		want) {
		t.Errorf("want %q in\n%s", want, got)
	}
	narrow(t, "a busy topic", got)
}

// narrow fails on a line that a terminal of 80 columns would wrap. Commands are not wrapped, so
// that they can be copied.
func narrow(t *testing.T, name, text string) {
	t.Helper()
	for l := range strings.SplitSeq(text, "\n") {
		if n := utf8.RuneCountInString(l); n > 79 && !strings.Contains(l, "repeat: ") {
			t.Errorf("%s: got %d columns want at most 79: %q", name, n, l)
		}
	}
}

var (
	painted = regexp.MustCompile("\x1b\\[[0-9;]*m")
	erased  = regexp.MustCompile("[^\n\r]*\r\x1b\\[K")
)

// On a terminal the lines are the same after the live line is erased and the colors are removed.
func TestConsoleOnATerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	var got string
	synctest.Test(t, func(t *testing.T) { got = console(bad(t), true) }) // no time passes
	if !painted.MatchString(got) || !strings.Contains(got, "] 30 of 69, < 1 ms, 2 not passed  many, silent\r") {
		t.Errorf("got no colors or no progress, want both:\n%q", got)
	}
	left := erased.ReplaceAllString(painted.ReplaceAllString(got, ""), "")
	if squeeze(left) != squeeze(console(bad(t), false)) {
		t.Errorf("got other lines than without a terminal:\n%s", left)
	}
	narrow(t, "live", strings.ReplaceAll(painted.ReplaceAllString(got, ""), "\r\x1b[K", "\n"))
}

// squeeze removes the line breaks, which colors move.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestConsoleRespectsTermAndNoColor(t *testing.T) {
	for name, tt := range map[string]struct {
		env             map[string]string
		colors, erasing bool
	}{
		"a terminal":       {map[string]string{"TERM": "xterm", "NO_COLOR": ""}, true, true},
		"NO_COLOR":         {map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, false, true},
		"a dumb terminal":  {map[string]string{"TERM": "dumb", "NO_COLOR": ""}, false, false},
		"one without name": {map[string]string{"TERM": "", "NO_COLOR": ""}, true, true},
	} {
		for k, v := range tt.env {
			t.Setenv(k, v)
		}
		got := console(bad(t), true)
		if c := painted.MatchString(got); c != tt.colors {
			t.Errorf("%s: got colors %v want %v", name, c, tt.colors)
		}
		if e := strings.Contains(got, "\x1b[K"); e != tt.erasing {
			t.Errorf("%s: got a live line %v want %v", name, e, tt.erasing)
		}
	}
}
