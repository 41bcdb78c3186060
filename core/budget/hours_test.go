package budget

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/durable"
)

// SEND-4: two processes call [Budget.Reserve], [Budget.Release] and [Budget.Settle]; each may be
// killed at any moment, the power may fail, and the clock moves both ways. No hour ever passes the limit, the spent
// bytes are never fewer than the bytes that passed, and after settling they are equal.
func TestCrashesNeverSpendTwice(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(folder, "budget")
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		world := newWorld(t, path)
		t.Repeat(map[string]func(*rapid.T){
			"reserve": world.reserve,
			"crash":   world.crash,
			"power":   world.power,
			"settle":  world.settle,
			"clock":   world.clock,
			"":        world.check,
		})
	})
}

// unsure is a disk that knows the content that a power failure may bring back: that of the last fsync
// of the folder.
type unsure struct {
	durable.OS
	path    string
	lasting []byte
}

func (d *unsure) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	if err != nil {
		return nil, err
	}
	return unsureFile{f, d}, nil
}

type unsureFile struct {
	durable.File
	disk *unsure
}

func (f unsureFile) Sync() error {
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.disk.lasting, _ = os.ReadFile(f.disk.path)
	}
	return f.File.Sync()
}

type world struct {
	path    string
	disk    *unsure
	budgets [2]*Budget
	now     time.Time
	passed  map[string]int64 // bytes that crossed the wire, by hour
	wasted  map[string]bool  // hours in which a process was killed or left a block behind
}

const small = 3*block + 100

func newWorld(t *rapid.T, path string) *world {
	w := &world{path: path, disk: &unsure{path: path}, now: noon, passed: map[string]int64{}, wasted: map[string]bool{}}
	for i := range w.budgets {
		w.budgets[i] = w.open(t)
	}
	return w
}

func (w *world) open(t *rapid.T) *Budget {
	b, err := Open(w.disk, w.path, small)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (w *world) which(t *rapid.T) int { return rapid.IntRange(0, 1).Draw(t, "process") }

func (w *world) reserve(t *rapid.T) {
	b := w.budgets[w.which(t)]
	n := rapid.Int64Range(0, small/2).Draw(t, "bytes")
	used := rapid.Int64Range(0, n).Draw(t, "used")
	if b.Reserve(w.now, n) == nil {
		b.Release(w.now, n-used)
		w.passed[Hour(w.now)] += used
	}
}

func (w *world) crash(t *rapid.T) {
	w.budgets[w.which(t)] = w.open(t)
	w.wasted[Hour(w.now)] = true
}

// power ends both processes, and undoes each change of the file that was not durable.
func (w *world) power(t *rapid.T) {
	if err := os.WriteFile(w.path, w.disk.lasting, 0o600); err != nil {
		t.Fatal(err)
	}
	w.wasted[Hour(w.now)] = true
	for hour := range w.passed {
		w.wasted[hour] = true
	}
	for i := range w.budgets {
		w.budgets[i] = w.open(t)
	}
}

func (w *world) settle(t *rapid.T) {
	for _, b := range w.budgets {
		if err := b.Settle(w.now); err != nil {
			t.Fatal(err)
		}
	}
	hour := Hour(w.now)
	if got := w.open(t).Spent(w.now); !w.wasted[hour] && got != w.passed[hour] {
		t.Fatalf("spent after settling: got %d, want %d", got, w.passed[hour])
	}
}

func (w *world) clock(t *rapid.T) {
	w.wasted[Hour(w.now)] = true // blocks held in an hour stay in it
	w.now = w.now.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "hours")) * time.Hour)
}

func (w *world) check(t *rapid.T) {
	for hour, passed := range w.passed {
		if passed >= small {
			t.Fatalf("hour %s: %d bytes passed, want fewer than %d", hour, passed, small)
		}
	}
	if got, want := w.open(t).Spent(w.now), w.passed[Hour(w.now)]; got < want {
		t.Fatalf("spent: got %d, want at least the %d that passed", got, want)
	}
}

// SEND-4: a record that [Budget] would not write is damaged, even if its seal is right.
func TestDecodeRefuses(t *testing.T) {
	full := make(hours, 0, remembered+1)
	for i := range time.Duration(remembered + 1) {
		full = append(full, hour{name: Hour(noon.Add(i * time.Hour))})
	}
	for name, text := range map[string]string{
		"not a number":   "2026-03-01T14 many\n",
		"one hour twice": "2026-03-01T14 8192\n2026-03-01T14 0\n",
		"too many hours": string(full.encode()),
	} {
		if h, err := decode(text); !errors.Is(err, durable.ErrDamaged) {
			t.Errorf("%s: got %d hours, %v, want %v", name, len(h), err, durable.ErrDamaged)
		}
	}
	if h, err := decode(string(full[1:].encode())); err != nil || len(h) != remembered {
		t.Errorf("as many as are kept: got %d, %v, want %d", len(h), err, remembered)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("")
	f.Add("2026-03-01T14 8192\n2026-03-01T15 0\n")
	for _, wrong := range []string{"2026-03-01T14 -1\n", "2026-03-01T14 08192\n", "2026-03-01T14 8192", "noon 0\n",
		"\n", "2026-03-01T14 many\n"} {
		f.Add(wrong)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := decode(text)
		if slices.ContainsFunc(h, func(x hour) bool { return x.spent < 0 }) {
			t.Errorf("accepted an hour with more room than there is: %q", text)
		}
		if err == nil && string(h.encode()) != text {
			t.Errorf("accepted what encode does not write: %q", text)
		}
	})
}
