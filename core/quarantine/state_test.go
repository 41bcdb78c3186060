package quarantine

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/usage"
)

// The text names the binary and says since when, why, and how to proceed.
func TestStateSentences(t *testing.T) {
	zone := time.Local
	t.Cleanup(func() { time.Local = zone })
	time.Local = time.UTC
	for how, want := range map[string]string{
		"":  "01abcdef0123 not started yet",
		"P": "01abcdef0123 last started and ended normally at 2026-03-01 12:30",
		"F": "01abcdef0123 failed once, at 2026-03-01 12:30: " + exit3 +
			"; it is tried again, and set aside after 24 in a row",
		"FFF": "01abcdef0123 failed 3 times in a row, at 2026-03-01 13:30: " + exit3 +
			"; it is tried again, and set aside after 24 in a row",
		strings.Repeat("F",
			MaxFailures): "01abcdef0123 has been set aside since 2026-03-02 00:00: its last 24 starts failed, " +
			"most recently: " + exit3 + "; install another plugin, or " +
			"allow this one again with `usagedata plugin retry`",
	} {
		r := at(filepath.Join(t.TempDir(), "quarantine"), 1)
		play(t, r, noon, how)
		state, err := r.Look(noon)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, fmt.Sprint(state)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", how, diff)
		}
		if err := r.Check(noon); err != nil && usage.HintOf(err) != Remedy {
			t.Errorf("%q: got hint %q want %q", how, usage.HintOf(err), Remedy)
		}
	}
}
