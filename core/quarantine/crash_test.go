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

// dying is a disk whose power is cut before its nth operation.
type dying struct {
	durable.OS
	left *int
}

func (d dying) step() error {
	if *d.left--; *d.left < 0 {
		return errCut
	}
	return nil
}

func (d dying) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	f, err := d.OS.Open(path, flags, mode)
	return dyingFile{f, d}, err
}

func (d dying) Rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.OS.Rename(from, to)
}

type dyingFile struct {
	durable.File
	disk dying
}

// Write tears what it writes when the power is cut.
func (f dyingFile) Write(b []byte) (int, error) {
	if err := f.disk.step(); err != nil {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, err
	}
	return f.File.Write(b)
}

func (f dyingFile) Sync() error {
	if err := f.disk.step(); err != nil {
		return err
	}
	return f.File.Sync()
}

// SEND-5: wherever the power is cut, a start that was granted is counted, its end is as if nobody had told it or as it
// was told, and the record is never damaged.
func TestACrashAtEachWrite(t *testing.T) {
	for n := 0; ; n++ {
		path := filepath.Join(t.TempDir(), "quarantine")
		play(t, at(path, 1), noon, "FF")
		left := n
		r := at(path, 1)
		r.disk = dying{left: &left}
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
		// Whatever is there, the next process goes on: the start that was granted counts as failed once.
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

// Whatever fails, whoever crashes, however the clock steps: no date has more starts than it may; a binary is begun at
// most Patience times in a row without passing or being forgiven; and in all other cases it is started.
func TestNoClockGivesMoreNorBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l ledger
		perDate, inARow := map[string]int{}, map[Binary]int{}
		for _, s := range rapid.SliceOfN(rapid.Custom(step), 60, 400).Draw(t, "steps") {
			_, err := l.begin(s.binary, s.now)
			aside, spent := inARow[s.binary] >= Patience, perDate[dateOf(s.now)] >= PerDay
			if (err != nil) != (aside || spent) {
				t.Fatalf("%+v: got %v with %d in a row, %d on the date", s, err, inARow[s.binary], perDate[dateOf(s.now)])
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

// written is what the next process reads.
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

// stepped is a start with its clock and its end.
type stepped struct {
	binary Binary
	now    time.Time
	how    string
}

// step mostly fails, on two dates or on some far away ones.
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

// end does what happened, and returns how many failures in a row there are after it.
func (s stepped) end(l *ledger, failures int) int {
	switch s.how {
	case "failed":
		l.fail(s.binary, s.now, exit3)
	case "undone":
		l.undo(s.binary)
		return failures - 1
	case "not begun":
		l.giveBack(s.binary)
		return failures - 1
	case "passed", "retried":
		l.clear(s.binary, s.now)
		return 0
	}
	return failures
}
