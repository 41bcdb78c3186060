package budget

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
)

const limit = 100_000

var noon = time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)

// SEND-4: [Budget.Reserve] grants strictly fewer bytes than the limit, in one piece or in many.
func TestNeverReachesTheLimit(t *testing.T) {
	for _, piece := range []int64{1, 999, block, 33_333, limit - 1, limit} {
		b := open(t, filepath.Join(t.TempDir(), "budget"))
		var passed int64
		for b.Reserve(noon, piece) == nil {
			passed += piece
		}
		if want := (limit - 1) / piece * piece; passed != want {
			t.Errorf("pieces of %d: got %d bytes, want %d", piece, passed, want)
		}
		if got := b.Spent(noon); got != passed {
			t.Errorf("pieces of %d: got %d spent, want %d", piece, got, passed)
		}
		if err := b.Reserve(noon, limit-passed); !errors.Is(err, ErrSpent) {
			t.Errorf("one too many: got %v, want %v", err, ErrSpent)
		}
		if err := b.Reserve(noon.Add(time.Hour), 1); err != nil {
			t.Errorf("next hour: got %v, want none", err)
		}
	}
}

// SEND-4: [Budget.Charge] counts bytes that have crossed the wire as spent even if there was no
// room for them: the hour is then full, for the next process too.
func TestChargeTakesTheRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "budget")
	b := open(t, path)
	reserve(t, b, noon, limit-1000)
	for _, c := range []struct{ n, want int64 }{{400, 400}, {5000, 599}, {1, 0}} {
		if got := b.Charge(noon, c.n); got != c.want {
			t.Errorf("charge %d: got %d, want %d", c.n, got, c.want)
		}
	}
	if got, err := open(t, path).Spent(noon), b.Reserve(noon, 1); got != limit-1 || !errors.Is(err, ErrSpent) {
		t.Errorf("got %d spent and %v, want %d and %v", got, err, limit-1, ErrSpent)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got := b.Charge(noon.Add(time.Hour), 1); got != 0 {
		t.Errorf("without a record: got %d, want none", got)
	}
}

// SEND-4: [Budget.Release] returns bytes to the hour they were reserved in, and makes no room in
// another one.
func TestReleaseIntoAnotherHour(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "budget"))
	reserve(t, b, noon, 5000)
	next := noon.Add(time.Hour)
	reserve(t, b, next, limit-1)
	b.Release(noon, 5000)
	if err := b.Reserve(next, 1); !errors.Is(err, ErrSpent) {
		t.Errorf("reserve in the next hour: got %v, want %v", err, ErrSpent)
	}
}

// SEND-4: if the clock is set back by up to a week, or daylight saving repeats an hour, it is the
// same hour.
func TestClockStepsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "budget")
	reserve(t, open(t, path), noon, limit-1)
	for hour := range time.Duration(7*24 - 1) {
		reserve(t, open(t, path), noon.Add((hour+1)*time.Hour), 10)
	}
	summer, winter := time.FixedZone("summer", 2*3600), time.FixedZone("winter", 3600)
	repeated := time.Date(2026, 3, 1, 12, 0, 0, 0, summer)
	for _, back := range []time.Time{noon, noon.Add(-20 * time.Minute), repeated, repeated.Add(time.Hour).In(winter)} {
		if err := open(t, path).Reserve(back, 1); !errors.Is(err, ErrSpent) {
			t.Errorf("again in the hour of %v: got %v, want %v", back, err, ErrSpent)
		}
	}
}

// SEND-4: a damaged or removed record closes the hour in which it is found, and no other.
func TestDamageFailsClosed(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"empty":     func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"edited":    func(path string) error { return os.WriteFile(path, []byte("2026-03-01T12 0\n"), 0o600) },
		"truncated": func(path string) error { return os.Truncate(path, 80) },
		"removed":   os.Remove,
		"link": func(path string) error {
			return errors.Join(os.Rename(path, path+".away"), os.Symlink(path+".away", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "budget")
			b := open(t, path)
			reserve(t, b, noon, 2*block)
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
			if got := b.Spent(noon); got != limit {
				t.Errorf("spent: got %d, want the limit", got)
			}
			if err := b.Reserve(noon, 1); !errors.Is(err, ErrSpent) {
				t.Errorf("this hour: got %v, want %v", err, ErrSpent)
			}
			if err := b.Reserve(noon.Add(time.Hour), 1); err != nil {
				t.Errorf("next hour: got %v, want none", err)
			}
			if err := open(t, path).Reserve(noon, 1); !errors.Is(err, ErrSpent) {
				t.Errorf("back in this hour: got %v, want %v", err, ErrSpent)
			}
		})
	}
}

// SEND-4, T11: [Budget.Mend] repairs a damaged record at the price of the current hour, and leaves
// an intact one alone.
func TestMend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "budget")
	b := open(t, path)
	reserve(t, b, noon, 100)
	if mended, err := b.Mend(noon); mended || err != nil {
		t.Errorf("a whole record: got %v, %v, want it left alone", mended, err)
	}
	if err := os.Truncate(path, 80); err != nil {
		t.Fatal(err)
	}
	if mended, err := b.Mend(noon); !mended || err != nil {
		t.Errorf("a damaged record: got %v, %v, want it mended", mended, err)
	}
	for _, b := range []*Budget{b, open(t, path)} {
		if err := b.Reserve(noon, 1); !errors.Is(err, ErrSpent) {
			t.Errorf("this hour: got %v, want %v", err, ErrSpent)
		}
		if err := b.Reserve(noon.Add(time.Hour), 1); err != nil {
			t.Errorf("next hour: got %v, want none", err)
		}
	}
}

// SEND-4: if a new process finds damage, this closes the hour of its first request.
func TestOpenFindsDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "budget")
	if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // [Open] alone, for example to show the state, does not forget the damage
		if got := open(t, path).Spent(noon); got != limit {
			t.Errorf("got %d spent, want the limit", got)
		}
	}
	if err := open(t, path).Reserve(noon, 1); !errors.Is(err, ErrSpent) {
		t.Errorf("reserve: got %v, want %v", err, ErrSpent)
	}
}

// full is a disk on which no file can be replaced.
type full struct{ durable.OS }

func (full) Rename(string, string) error { return syscall.ENOSPC }

// SEND-4: bytes that cannot be recorded as spent are not granted; a [Budget] opened with [Look]
// grants no bytes.
func TestUnrecordedGrantsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "budget")
	reserve(t, open(t, path), noon, 1)
	b, err := Open(full{}, path, limit)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*Budget{"full disk": b, "only read": Look(durable.OS{}, path, limit)} {
		if err := b.Reserve(noon, 1); err == nil {
			t.Errorf("%s: reserve: got no error", name)
		}
		if got := b.Charge(noon, 1); got != 0 {
			t.Errorf("%s: charge: got %d, want none", name, got)
		}
	}
}

func TestUnwritableGrantsNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "folder")
	if _, err := Open(durable.OS{}, filepath.Join(folder, "budget"), limit); err == nil {
		t.Error("open in a missing folder: got no error")
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	b := open(t, filepath.Join(folder, "budget"))
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := b.Reserve(noon, 1); err == nil {
		t.Error("reserve without a disk: got no error")
	}
	if _, err := Open(durable.OS{}, filepath.Join(t.TempDir(), "budget"), 0); err == nil {
		t.Error("limit of 0: got no error")
	}
	if err := b.Reserve(noon, -1); err == nil {
		t.Error("reserve -1: got no error")
	}
}

// SEND-4: goroutines and processes (several [Budget] values of one file) share one hour.
func TestConcurrentReservations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "budget")
	var mu sync.Mutex
	var passed int64
	var spenders sync.WaitGroup
	for range 3 {
		b := open(t, path)
		for range 3 {
			spenders.Go(func() {
				for b.Reserve(noon, 777) == nil {
					mu.Lock()
					passed += 777
					mu.Unlock()
				}
			})
		}
	}
	spenders.Wait()
	if passed >= limit || passed < limit-3*(block+777) {
		t.Errorf("passed: got %d, want nearly and below %d", passed, limit)
	}
}

// VIEW-3, SEND-4: only the owner can read the record, and it stays small: it forgets the oldest
// hours first.
func TestRecordIsPrivateAndBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "budget")
	b := open(t, path)
	for hour := range time.Duration(remembered + 20) {
		reserve(t, b, noon.Add(hour*time.Hour), 10)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode(); got != 0o600 {
		t.Errorf("mode: got %v, want 0600", got)
	}
	if got := info.Size(); got > recordSize {
		t.Errorf("size: got %d, want at most %s", got, strconv.Itoa(recordSize))
	}
	if got := open(t, path).Spent(noon.Add((remembered + 19) * time.Hour)); got < 10 {
		t.Errorf("spent in the newest hour: got %d, want at least 10", got)
	}
}

func open(t *testing.T, path string) *Budget {
	t.Helper()
	b, err := Open(durable.OS{}, path, limit)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func reserve(t *testing.T, b *Budget, now time.Time, n int64) {
	t.Helper()
	if err := b.Reserve(now, n); err != nil {
		t.Fatal(err)
	}
}
