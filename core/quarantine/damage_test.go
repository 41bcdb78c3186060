package quarantine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
)

// If [Record.Begin] cannot record the start, the plugin is not started.
func TestNoRecordNoStart(t *testing.T) {
	r := at(filepath.Join(t.TempDir(), "missing", "quarantine"), 1)
	if _, err := r.Begin(noon); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("got %v, want an error that does not last", err)
	}
	beyond := time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) // JSON has no such year
	if _, err := at(filepath.Join(t.TempDir(), "quarantine"), 1).Begin(beyond); err == nil {
		t.Error("a time that can't be written: got it started")
	}
}

// T11: a damaged record closes the clock hour in which it is found and no other, and leaves the
// date a share of starts for each hour; [Record.Retry] ends this at once.
func TestDamage(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"empty":     func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"edited":    func(path string) error { return os.WriteFile(path, []byte(`{"dates":[],"binaries":[]}`), 0o600) },
		"truncated": func(path string) error { return os.Truncate(path, 100) },
		"forged": func(path string) error {
			return os.WriteFile(path, durable.Seal([]byte(`{"dates":[{"date":"2026-03-01","starts":-9}]}`)), 0o600)
		},
		"huge": func(path string) error { return os.Truncate(path, 1<<30) },
		"link": func(path string) error {
			return errors.Join(os.Rename(path, path+".away"), os.Symlink(path+".away", path))
		},
		"folder": func(path string) error {
			return errors.Join(os.Remove(path), os.MkdirAll(filepath.Join(path, "inside"), 0o700))
		},
		"zeros": func(path string) error { return os.WriteFile(path, make([]byte, 500), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			damaged := func() Record {
				r := at(filepath.Join(t.TempDir(), "quarantine"), 1)
				play(t, r, noon, strings.Repeat("F", MaxFailures))
				if err := damage(r.path); err != nil {
					t.Fatal(err)
				}
				return r
			}
			r := damaged()
			state, err := r.Look(noon)
			if !errors.Is(err, durable.ErrDamaged) || state.Today != MaxPerDay-2*11-5 || state.SetAside() {
				t.Errorf("look: got %v and %+v", err, state)
			}
			if err := r.Check(noon); err != nil {
				t.Errorf("check: got %v, want nothing held against it", err)
			}
			for range 2 {
				if _, err := r.Begin(noon); !errors.Is(err, ErrRefused) {
					t.Errorf("in this hour: got %v want %v", err, ErrRefused)
				}
			}
			// Each hour of the day has its share of starts, and one hour may use five more.
			for n := range 24 {
				for try := range 2 {
					later := noon.Add(time.Duration(n+1) * time.Hour)
					if state, err := r.Begin(later); err != nil || state.Failures != 0 {
						t.Errorf("%d hours later, start %d: got %v, %d failures", n+1, try+1, err, state.Failures)
					}
					if err := r.Passed(later); err != nil {
						t.Fatal(err)
					}
				}
				for range 5 - 5*min(n, 1) {
					if _, err := r.Begin(noon.Add(time.Hour)); err != nil {
						t.Errorf("tries again: got %v", err)
					}
					if err := r.Passed(noon.Add(time.Hour)); err != nil {
						t.Fatal(err)
					}
				}
			}
			r = damaged()
			if mended, err := r.Mend(noon); err != nil || !mended {
				t.Errorf("mend: got %v, %v", mended, err)
			}
			if _, err := r.Begin(noon); !errors.Is(err, ErrRefused) {
				t.Errorf("mended: got %v want %v", err, ErrRefused)
			}
			if mended, err := r.Mend(noon); err != nil || mended {
				t.Errorf("mend again: got %v, %v", mended, err)
			}
			r = damaged()
			if err := r.Retry(noon); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Begin(noon); err != nil {
				t.Errorf("after the administrator: got %v", err)
			}
		})
	}
}

// VIEW-3: only the owner can read the file. The largest content that is written can be read again.
func TestTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "quarantine")
	for i := range 100 {
		r, now := at(path, byte(i)), noon.Add(time.Duration(i)*24*time.Hour)
		if _, err := r.Begin(now); err != nil {
			t.Fatalf("start %d: %v", i, err)
		}
		if _, err := r.Failed(now, strings.Repeat("<&>\x01é", 200)); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 || info.Size() > maxRecord {
		t.Errorf("got mode %v, %d bytes, %v", info.Mode(), info.Size(), err)
	}
	for _, n := range []byte{100 - maxBinaries, 99} {
		state, err := at(path, n).Look(noon.Add(99 * 24 * time.Hour))
		if err != nil || state.Failures != 1 || len(state.Reason) > maxReason || state.Today != 1 {
			t.Errorf("binary %d: got %d failures, a reason of %d bytes, %d starts, %v", n, state.Failures,
				len(state.Reason), state.Today, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"dates":[{"date":"2026-03-01","starts":3}],"binaries":[{"sha256":"` + strings.Repeat("0a", 32) +
		`","failures":2,"reason":"é"}]}`))
	f.Add([]byte(`{"binaries":[{"sha256":"zz","begun":"x"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := decode(text)
		if err != nil {
			return
		}
		state, err := l.begin(Binary{1}, noon)
		if got := l.starts(noon); err == nil && (got < 1 || got > MaxPerDay) {
			t.Errorf("%q: got %d starts, %v after one", text, got, state)
		}
	})
}
