package quarantine

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/durable"
)

var errCut = errors.New("power is cut")

// failingDisk is a disk whose power fails before its nth operation.
type failingDisk struct {
	durable.OS
	left *int
}

func (d failingDisk) step() error {
	if *d.left--; *d.left < 0 {
		return errCut
	}
	return nil
}

func (d failingDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	f, err := d.OS.Open(path, flags, mode)
	return failingDiskFile{f, d}, err
}

func (d failingDisk) Rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.OS.Rename(from, to)
}

type failingDiskFile struct {
	durable.File
	disk failingDisk
}

// Write writes only half of b when the power fails.
func (f failingDiskFile) Write(b []byte) (int, error) {
	if err := f.disk.step(); err != nil {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, err
	}
	return f.File.Write(b)
}

func (f failingDiskFile) Sync() error {
	if err := f.disk.step(); err != nil {
		return err
	}
	return f.File.Sync()
}

// fsyncing is a disk that notes whether the last rename was followed by an fsync of a folder.
type fsyncing struct {
	durable.OS
	last *bool
}

func (d fsyncing) Rename(from, to string) error {
	*d.last = false
	return d.OS.Rename(from, to)
}

func (d fsyncing) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	return fsyncingFile{f, d.last}, err
}

type fsyncingFile struct {
	durable.File
	last *bool
}

func (f fsyncingFile) Sync() error {
	if info, err := f.Stat(); err == nil && info.IsDir() {
		*f.last = true
	}
	return f.File.Sync()
}

// SEND-5: when [Record.Begin] returns, a power failure does not undo the count of the start.
func TestAGrantedStartIsDurable(t *testing.T) {
	lasts := true
	r := at(filepath.Join(t.TempDir(), "quarantine"), 1)
	r.disk = fsyncing{last: &lasts}
	for range 3 {
		if _, err := r.Begin(noon); err != nil || !lasts {
			t.Errorf("begin: got %v, durable %t", err, lasts)
		}
		if err := r.Passed(noon); err != nil {
			t.Fatal(err)
		}
	}
}

// SEND-5: wherever the power fails, a start that [Record.Begin] granted is counted, its end is
// either recorded or unknown, and the record is never damaged.
func TestACrashAtEachWrite(t *testing.T) {
	for n := 0; ; n++ {
		path := filepath.Join(t.TempDir(), "quarantine")
		play(t, at(path, 1), noon, "FF")
		left := n
		r := at(path, 1)
		r.disk = failingDisk{left: &left}
		_, begun := r.Begin(noon)
		var ended error = errCut
		if begun == nil {
			_, ended = r.Failed(noon, exit3)
		}
		after, err := at(path, 1).Look(noon)
		if err != nil {
			t.Fatalf("cut before operation %d: %v", n, err)
		}
		if begun == nil && after.Today != 3 {
			t.Errorf("cut before operation %d: granted, and got %d starts, want 3", n, after.Today)
		}
		if told := after.Failures == 3 && after.Begun.IsZero(); ended == nil && !told || !told && after.Failures != 2 {
			t.Errorf("cut before operation %d: %v and %v, got %+v", n, begun, ended, after)
		}
		// The next process continues from the record: a granted start counts as one failure.
		next, err := at(path, 1).Begin(noon)
		if want := 2; err != nil || begun == nil && next.Failures != want+1 || next.Failures < want {
			t.Errorf("cut before operation %d: then got %d failures, %v", n, next.Failures, err)
		}
		if ended == nil {
			if n < 10 {
				t.Errorf("got through with %d operations: this test sees too few", n)
			}
			break
		}
	}
}

// Whatever fails or crashes, and however the clock steps: no date has more than [MaxPerDay] starts;
// a binary is started at most [MaxFailures] times in a row without a pass or a pardon; and in all
// other cases it is started.
func TestClockStepsGiveNoExtraStarts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l ledger
		perDate, inARow := map[string]int{}, map[Binary]int{}
		for _, s := range rapid.SliceOfN(rapid.Custom(step), 60, 400).Draw(t, "steps") {
			_, err := l.begin(s.binary, s.now)
			aside, spent := inARow[s.binary] >= MaxFailures, perDate[dateOf(s.now)] >= MaxPerDay
			if (err != nil) != (aside || spent) {
				t.Fatalf("%+v: got %v with %d in a row, %d on the date", s, err, inARow[s.binary],
					perDate[dateOf(s.now)])
			}
			if err == nil {
				if s.how != "not begun" {
					perDate[dateOf(s.now)]++
				}
				inARow[s.binary] = s.end(&l, inARow[s.binary]+1)
			}
			l = written(t, l)
		}
	})
}

// written returns the ledger as the next process reads it.
func written(t *rapid.T, l ledger) ledger {
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	read, err := decode(text)
	if err != nil || len(text) > maxRecord {
		t.Fatalf("%d bytes: %v", len(text), err)
	}
	return read
}

// stepped is a start with its time and its end.
type stepped struct {
	binary Binary
	now    time.Time
	how    string
}

// step draws a start that mostly fails, on two dates or on some far away ones.
func step(t *rapid.T) stepped {
	near := rapid.IntRange(-600, 600).Draw(t, "minutes")
	far := rapid.SampledFrom([]int{0, 0, 0, 0, 0, 1, -1, 40, 365 * 70}).Draw(t, "days")
	return stepped{
		binary: Binary{rapid.SampledFrom([]byte{1, 1, 1, 2}).Draw(t, "binary")},
		now:    noon.Add(time.Duration(near)*time.Minute + time.Duration(far)*24*time.Hour),
		how: rapid.SampledFrom([]string{"failed", "failed", "failed", "crashed", "crashed", "undone", "not begun",
			"passed", "retried"}).Draw(t, "how"),
	}
}

// end applies the step's end and returns how many failures in a row there are then.
func (s stepped) end(l *ledger, failures int) int {
	switch s.how {
	case "failed":
		l.fail(s.binary, s.now, exit3)
	case "undone":
		l.interrupt(s.binary)
		return failures - 1
	case "not begun":
		l.uncount(s.binary)
		return failures - 1
	case "passed", "retried":
		l.clear(s.binary, s.now)
		return 0
	}
	return failures
}
