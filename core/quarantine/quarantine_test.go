package quarantine

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
)

var noon = time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)

const exit3 = "start plugin acme: the plugin ended before the handshake: exit status 3"

// at returns the [Record] of the binary with this number; all binaries share the file at path.
func at(path string, n byte) Record {
	return Record{disk: durable.OS{}, path: path, binary: Binary{n, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45}}
}

// play begins and ends starts, half an hour apart: P passed, F failed, U undone, C the host
// crashed. It returns the state after the last one, and whether that one was granted.
func play(t *testing.T, r Record, from time.Time, how string) (last State, granted bool) {
	t.Helper()
	for _, end := range how {
		state, err := r.Begin(from)
		if granted = err == nil; !granted && !errors.Is(err, ErrRefused) {
			t.Fatal(err)
		}
		if last = state; granted {
			switch end {
			case 'P':
				err = r.Passed(from)
			case 'U':
				err = r.Interrupted(from)
			case 'F':
				last, err = r.Failed(from, exit3)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		from = from.Add(30 * time.Minute)
	}
	return last, granted
}

// Only failures in a row set a binary aside. A crash of the host counts as a failure; a start that
// the host canceled does not.
func TestSetAside(t *testing.T) {
	most := strings.Repeat("F", MaxFailures-1)
	for how, want := range map[string]bool{
		most + "F":                                   true,
		most:                                         false,
		most + "P" + most:                            false,
		most + "U" + most[1:]:                        true, // the earlier failures still count
		"F" + strings.Repeat("U", MaxFailures):       false,
		strings.Repeat("C", MaxFailures):             false, // the end of the last one is not known yet
		strings.Repeat("C", MaxFailures) + "P":       true,
		strings.Repeat("C", MaxFailures-1) + "PP":    false,
		strings.Repeat("PF", MaxFailures/2):          false,
		strings.Repeat("FC", MaxFailures/2-1) + "FF": true,
	} {
		path := filepath.Join(t.TempDir(), "quarantine")
		play(t, at(path, 1), noon, how)
		state, err := at(path, 1).Look(noon)
		if err != nil || state.SetAside() != want {
			t.Errorf("%s: got set aside %v with %d failures, %v, want %v", how, state.SetAside(), state.Failures, err,
				want)
		}
		err = at(path, 1).Check(noon)
		if _, refused := at(path, 1).Begin(noon.Add(100 * 24 * time.Hour)); errors.Is(err, ErrRefused) != want ||
			errors.Is(refused, ErrRefused) != want && how != strings.Repeat("C", MaxFailures) {
			t.Errorf("%s: got %v from Check and %v from Begin, want refused %v", how, err, refused, want)
		}
	}
}

// A binary stays set aside until it is replaced; another is tried at once, and the first is still
// remembered.
func TestAnotherBinaryAndTheAdministrator(t *testing.T) {
	path := filepath.Join(t.TempDir(), "quarantine")
	play(t, at(path, 1), noon, strings.Repeat("F", MaxFailures))
	second, granted := play(t, at(path, 2), noon, "P")
	if !granted || second.Step != Replaced {
		t.Errorf("another binary: got granted %v, step %v, want it tried, as the one in place of the first",
			granted, second.Step)
	}
	if again, _ := play(t, at(path, 2), noon, "P"); again.Step != Nothing {
		t.Errorf("another binary again: got step %v", again.Step)
	}
	tomorrow := noon.Add(24 * time.Hour)
	if _, granted := play(t, at(path, 1), tomorrow, "P"); granted {
		t.Error("the first binary, installed again: got it started")
	}
	play(t, at(path, 3), tomorrow, strings.Repeat("F", MaxFailures))
	if back, granted := play(t, at(path, 2), tomorrow, "P"); !granted || back.Step != Replaced {
		t.Errorf("back to one that was good: got granted %v, step %v", granted, back.Step)
	}
	if err := at(path, 1).Retry(tomorrow); err != nil {
		t.Fatal(err)
	}
	if state, granted := play(t, at(path, 1), tomorrow, "F"); !granted || state.Failures != 1 {
		t.Errorf("after the administrator: got granted %v, %d failures", granted, state.Failures)
	}
}

// A start that the host could not begin does not count; a start that it canceled does. Neither
// counts as a failure of the binary.
func TestNotBegunAndInterrupted(t *testing.T) {
	r := at(filepath.Join(t.TempDir(), "quarantine"), 1)
	play(t, r, noon, "F")
	for _, tt := range []struct {
		end  func(time.Time) error
		want int
	}{{r.NotBegun, 1}, {r.Interrupted, 2}} {
		if _, err := r.Begin(noon); err != nil {
			t.Fatal(err)
		}
		// If the clock steps during a start, the start is given back to its own date.
		if err := tt.end(noon.Add(48 * time.Hour)); err != nil {
			t.Fatal(err)
		}
		state, err := r.Look(noon)
		want := State{Binary: r.binary, Failures: 1, Last: noon, Reason: exit3, Today: tt.want}
		if diff := cmp.Diff(want, state); err != nil || diff != "" {
			t.Errorf("got %v (-want +got):\n%s", err, diff)
		}
	}
	if err := r.NotBegun(noon); err != nil { // a second call gives back nothing
		t.Fatal(err)
	}
	if state, _ := r.Look(noon); state.Today != 2 {
		t.Errorf("given back twice: got %d starts want 2", state.Today)
	}
}

// SEND-5: a local date has at most [MaxPerDay] starts, whichever binaries use them, however they
// end, and even if the administrator retries.
func TestStartsPerDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "quarantine")
	midnight := noon.Truncate(24 * time.Hour)
	granted := 0
	for i := range MaxPerDay + 10 {
		r := at(path, byte(i%3))
		if err := r.Retry(midnight); err != nil {
			t.Fatal(err)
		}
		if _, ok := play(t, r, midnight, "PFUC"[i%4:i%4+1]); ok {
			granted++
		}
	}
	if granted != MaxPerDay {
		t.Errorf("got %d starts, want %d", granted, MaxPerDay)
	}
	_, err := at(path, 1).Begin(midnight.Add(23 * time.Hour))
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "started 48 times today") {
		t.Errorf("later: got %v", err)
	}
	for name, other := range map[string]time.Time{
		"the next date": midnight.Add(24 * time.Hour), "the date before": midnight.Add(-time.Minute),
		"a zone in which it is another date": midnight.Add(time.Hour).In(time.FixedZone("", -2*3600)),
	} {
		if _, ok := play(t, at(path, 1), other, "P"); !ok {
			t.Errorf("%s: got refused", name)
		}
	}
}

// If several processes start plugins at once, each start is counted.
func TestConcurrentStarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "quarantine")
	var granted atomic.Int64
	var all sync.WaitGroup
	for i := range MaxPerDay + 20 {
		all.Go(func() {
			if _, err := at(path, byte(i)).Begin(noon); err == nil {
				granted.Add(1)
			}
		})
	}
	all.Wait()
	if got := granted.Load(); got != MaxPerDay {
		t.Errorf("got %d starts, want %d", got, MaxPerDay)
	}
}
