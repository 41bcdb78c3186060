package statelayout

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/usage"
)

func at(dir string) Folders {
	return Folders{Disk: durable.OS{}, State: dir, Log: dir, Analytics: filepath.Join(dir, "analytics.json")}
}

func marked(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if text != "" {
		if err := os.WriteFile(filepath.Join(dir, markName), []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	current = "usagedata-state/3\n"
	spent   = 16 << 10 // bytes in the clock hour of noon, recorded by an earlier version: a whole block
)

var noon = time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)

// left makes a state folder as an earlier version left it, with text as its mark.
func left(t *testing.T, text string) string {
	t.Helper()
	dir := marked(t, text)
	before, err := budget.Open(durable.OS{}, filepath.Join(dir, "budget.json"), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	plugin := quarantine.Open(durable.OS{}, filepath.Join(dir, "starts"), quarantine.Binary{1})
	_, begun := plugin.Begin(noon)
	_, failed := plugin.Failed(noon, "exit status 3")
	if err := errors.Join(before.Reserve(noon, spent), begun, failed); err != nil {
		t.Fatal(err)
	}
	return dir
}

// wantBrought opens the stores and requires the values that left wrote.
func wantBrought(t *testing.T, dir string) {
	t.Helper()
	stores, err := at(dir).Open(profile.Limits{Spool: 1000, Hour: 100_000}, quarantine.Binary{1})
	if err != nil {
		t.Fatal(err)
	}
	if got := stores.Budget.Spent(noon); got != spent {
		t.Errorf("budget: got %d bytes spent, want %d", got, spent)
	}
	if state, err := stores.Quarantine.Look(noon); err != nil || state.Failures != 1 || state.Today != 1 {
		t.Errorf("quarantine: got %d failures of %d starts, %v want 1 of 1", state.Failures, state.Today, err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, markName)); err != nil || string(got) != current {
		t.Errorf("mark: got %q, %v want %q", got, err, current)
	}
}

// SEND-4: a folder of each earlier layout is migrated, even by several processes at once.
func TestEarlierLayoutsAreConverted(t *testing.T) {
	for _, text := range []string{"", "usagedata-state/1\n"} {
		dir := left(t, text)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := at(dir).forward(); err != nil {
					t.Errorf("%q: got %v", text, err)
				}
			})
		}
		all.Wait()
		wantBrought(t, dir)
		if text, err := os.ReadFile(filepath.Join(dir, formerBudget)); err != nil || len(text) > 0 {
			t.Errorf("former budget: got %q, %v want it empty", text, err)
		}
		if _, err := os.Lstat(filepath.Join(dir, formerQuarantine)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("former record of starts: got %v want it gone", err)
		}
	}
}

// dying is a disk whose power fails before its nth operation that changes something.
type dying struct {
	durable.OS
	left *int
}

var errCut = errors.New("power is cut")

func (d dying) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if *d.left--; *d.left < 0 {
		return nil, errCut
	}
	return d.OS.Open(path, flags, mode)
}

func (d dying) Rename(from, to string) error {
	if *d.left--; *d.left < 0 {
		return errCut
	}
	return d.OS.Rename(from, to)
}

func (d dying) Remove(path string) error {
	if *d.left--; *d.left < 0 {
		return errCut
	}
	return d.OS.Remove(path)
}

// SEND-4: a crash at any step loses nothing. Until the mark is written, an older version finds its
// budget unchanged, or one that it takes for spent.
func TestCrashDuringConversion(t *testing.T) {
	for n := 0; ; n++ {
		dir := left(t, "usagedata-state/1\n")
		operations := n
		folders := at(dir)
		folders.Disk = dying{left: &operations}
		err := folders.forward()
		if got, _ := os.ReadFile(filepath.Join(dir, markName)); string(got) != current {
			before, opened := budget.Open(durable.OS{}, filepath.Join(dir, "budget.json"), 100_000)
			if retired := at(dir).retired(formerBudget); opened != nil || !retired && before.Spent(noon) != spent {
				t.Errorf("cut before operation %d: the former budget is not as it was: %v", n, opened)
			}
		}
		wantBrought(t, dir)
		if err == nil {
			if n < 10 {
				t.Errorf("got through with %d operations: this test sees too few", n)
			}
			return
		}
	}
}

// SEND-4: if a service of an older version still runs, it sends nothing more in that clock hour.
func TestAnOlderServiceStillRuns(t *testing.T) {
	dir := left(t, "usagedata-state/1\n")
	older, err := budget.Open(durable.OS{}, filepath.Join(dir, "budget.json"), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	wantBrought(t, dir)
	for range 2 {
		if err := older.Reserve(noon, 1); !errors.Is(err, budget.ErrSpent) {
			t.Errorf("got %v want %v", err, budget.ErrSpent)
		}
	}
}

// SEND-4: if an older version is installed again, it sends nothing more in the clock hour, nor does
// this version after it. In the next hour both budget and plugin record work as before.
func TestDowngradeAndUpgrade(t *testing.T) {
	dir := left(t, "usagedata-state/1\n")
	wantBrought(t, dir)
	older, err := budget.Open(durable.OS{}, filepath.Join(dir, formerBudget), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	if err := older.Reserve(noon, 1); !errors.Is(err, budget.ErrSpent) {
		t.Errorf("the older one: got %v want %v", err, budget.ErrSpent)
	}
	_, begun := quarantine.Open(durable.OS{}, filepath.Join(dir, formerQuarantine), quarantine.Binary{1}).Begin(noon)
	if begun != nil {
		t.Errorf("the older one starts no plugin: %v", begun)
	}
	stores, err := at(dir).Open(profile.Limits{Spool: 1000, Hour: 100_000}, quarantine.Binary{1})
	if err != nil {
		t.Fatal(err)
	}
	if err := stores.Budget.Reserve(noon, 1); !errors.Is(err, budget.ErrSpent) {
		t.Errorf("this one again: got %v want %v", err, budget.ErrSpent)
	}
	if err := stores.Budget.Reserve(noon.Add(time.Hour), 1); err != nil {
		t.Errorf("in the next hour: got %v", err)
	}
	if state, err := stores.Quarantine.Look(noon); err != nil || state.Failures != 1 {
		t.Errorf("quarantine: got %d failures, %v want 1", state.Failures, err)
	}
	if at(dir).olderRan() {
		t.Error("what the older one wrote is there still")
	}
}

// If another user owns a record, only that record is lost.
func TestRecordOfAnotherUser(t *testing.T) {
	dir := left(t, "")
	folders := at(dir)
	folders.Disk = foreign{name: formerQuarantine}
	stores, err := folders.Open(profile.Limits{Spool: 1000, Hour: 100_000}, quarantine.Binary{1})
	if err != nil {
		t.Fatal(err)
	}
	if got := stores.Budget.Spent(noon); got != spent {
		t.Errorf("budget: got %d want %d", got, spent)
	}
	if _, err := stores.Quarantine.Look(noon); !errors.Is(err, durable.ErrDamaged) {
		t.Errorf("quarantine: got %v want it damaged", err)
	}
}

// foreign is a disk with a file that this user must not open.
type foreign struct {
	durable.OS
	name string
}

func (d foreign) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if filepath.Base(path) == d.name || filepath.Base(path) == "."+d.name+".lock" {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	}
	return d.OS.Open(path, flags, mode)
}

// SEND-4: if the former budget cannot be read, the spent bytes are unknown, and the hour is closed.
func TestDamagedBudgetClosesTheHour(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"empty":  func(path string) error { return os.Truncate(path, 0) },
		"edited": func(path string) error { return os.WriteFile(path, []byte("2026-03-01T12 0\n"), 0o600) },
		"huge":   func(path string) error { return os.Truncate(path, 2*maxRenamed) },
		"link": func(path string) error {
			return errors.Join(os.Rename(path, path+".away"), os.Symlink(path+".away", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := left(t, "")
			if err := damage(filepath.Join(dir, "budget.json")); err != nil {
				t.Fatal(err)
			}
			stores, err := at(dir).Open(profile.Limits{Spool: 1000, Hour: 100_000}, quarantine.Binary{})
			if err != nil {
				t.Fatal(err)
			}
			if err := stores.Budget.Reserve(noon, 1); !errors.Is(err, budget.ErrSpent) {
				t.Errorf("got %v want %v", err, budget.ErrSpent)
			}
		})
	}
}

// A downgrade is refused with an explanation, and changes nothing.
func TestNewerIsRefused(t *testing.T) {
	dir := marked(t, "usagedata-state/4\n")
	err := at(dir).forward()
	if !errors.Is(err, errNewer) || !strings.Contains(err.Error(), "its layout is 4, this version supports up to 3") ||
		usage.HintOf(err) == "" {
		t.Errorf("got %v (%s)", err, usage.HintOf(err))
	}
	if got, _ := os.ReadFile(filepath.Join(dir, markName)); string(got) != "usagedata-state/4\n" {
		t.Errorf("got %q want it as it was", got)
	}
}

// damages are ways to damage a file of one line.
var damages = map[string]func(path string) error{
	"empty":      func(path string) error { return os.WriteFile(path, nil, 0o640) },
	"zeros":      func(path string) error { return os.WriteFile(path, make([]byte, 18), 0o640) },
	"no number":  func(path string) error { return os.WriteFile(path, []byte(mark+"\n"), 0o640) },
	"no mark":    func(path string) error { return os.WriteFile(path, []byte("1\n"), 0o640) },
	"negative":   func(path string) error { return os.WriteFile(path, []byte(mark+"-1\n"), 0o640) },
	"more lines": func(path string) error { return os.WriteFile(path, []byte(mark+"1\nmore"), 0o640) },
	"huge": func(path string) error {
		return errors.Join(os.WriteFile(path, []byte(current), 0o640), os.Truncate(path, 1<<40))
	},
	"folder": func(path string) error { return errors.Join(os.RemoveAll(path), os.MkdirAll(path+"/x", 0o700)) },
	"link":   func(path string) error { return errors.Join(os.RemoveAll(path), os.Symlink("/proc/version", path)) },
	"pipe":   func(path string) error { return errors.Join(os.RemoveAll(path), syscall.Mkfifo(path, 0o600)) },
}

// T11: a damaged mark, or a damaged copy of it, is written again, and this is reported once.
// Without a copy, the mark is taken for that of an earlier layout, which is migrated.
func TestDamagedMarkIsWrittenAgain(t *testing.T) {
	for how, damage := range damages {
		for what, begin := range map[string]func(t *testing.T) (dir, name string){
			"mark of an earlier layout": func(t *testing.T) (string, string) {
				return left(t, "usagedata-state/1\n"),
					markName
			},
			"mark": func(t *testing.T) (string, string) { return broughtForward(t), markName },
			"copy": func(t *testing.T) (string, string) { return broughtForward(t), copyName },
		} {
			t.Run(how+", "+what, func(t *testing.T) {
				dir, name := begin(t)
				if err := damage(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
				var mended []string
				folders := at(dir)
				folders.Mended = func(says string) { mended = append(mended, says) }
				for range 2 {
					if err := folders.forward(); err != nil {
						t.Fatal(err)
					}
				}
				if want := name + " was damaged: it is written again, and nothing is lost"; len(mended) != 1 ||
					mended[0] != want {
					t.Errorf("got %q want %q once", mended, want)
				}
				wantBrought(t, dir)
			})
		}
	}
}

// broughtForward returns a folder of this version.
func broughtForward(t *testing.T) string {
	t.Helper()
	dir := left(t, "")
	wantBrought(t, dir)
	return dir
}

// A newer version's folder is refused if either the mark or its copy is of that version, whatever
// the state of the other, and also if neither can be read.
func TestDamagedMarkOfANewerVersionIsRefused(t *testing.T) {
	newer := func(path string) error { return os.WriteFile(path, []byte("usagedata-state/4\n"), 0o640) }
	lost := func(path string) error { return os.RemoveAll(path) }
	for how, damage := range damages {
		for what, harm := range map[string][2]func(path string) error{
			"mark": {damage, newer}, "copy": {newer, damage}, "both": {damage, damage}, "copy, without a mark": {lost,
				damage},
			"an older mark": {newer, func(path string) error { return os.WriteFile(path, []byte(current), 0o640) }},
		} {
			dir := broughtForward(t)
			err := errors.Join(harm[0](filepath.Join(dir, markName)), harm[1](filepath.Join(dir, copyName)))
			if err != nil {
				t.Fatal(err)
			}
			if err := at(dir).forward(); err == nil || !strings.Contains(usage.HintOf(err), "newer version") {
				t.Errorf("%s, %s: got %v (%s) want it refused", how, what, err, usage.HintOf(err))
			}
		}
	}
}

// ANON-1: the key of an earlier version stays the same, even if an older version has created it
// since.
func TestKeyIsConverted(t *testing.T) {
	dir := left(t, "usagedata-state/2\n")
	bare := []byte("all tests know it, it is no key.")
	for range 2 {
		if err := os.WriteFile(filepath.Join(dir, "key"), bare, 0o600); err != nil {
			t.Fatal(err)
		}
		wantOpen(t, dir)
		if _, err := at(dir).Key().Load(); err != nil {
			t.Error(err)
		}
		if text, _ := os.ReadFile(filepath.Join(dir, "key")); !strings.HasSuffix(string(text), "\n"+string(bare)) {
			t.Error("the key is another one")
		}
		if err := os.WriteFile(filepath.Join(dir, formerQuarantine), nil, 0o600); err != nil { // an older version runs
			t.Fatal(err)
		}
	}
}

// CONS-2: a denial while the key is migrated leaves no key.
func TestDenialDuringTheKeysConversion(t *testing.T) {
	dir := left(t, "usagedata-state/2\n")
	if err := os.WriteFile(filepath.Join(dir, "key"), []byte("all tests know it, it is no key."), 0o600); err != nil {
		t.Fatal(err)
	}
	folders := at(dir)
	folders.Disk = denying{at: func() error {
		d := consent.Decision{Choice: consent.Denied, Time: time.Now(), Actor: "a tester"}
		return errors.Join(at(dir).Decision().Write(d), at(dir).Key().Destroy())
	}}
	if err := folders.forward(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v want the key gone", err)
	}
}

// denying is a disk that calls a function before the key is replaced.
type denying struct {
	durable.OS
	at func() error
}

func (d denying) Rename(from, to string) error {
	if filepath.Base(to) == keyName {
		if err := d.at(); err != nil {
			return err
		}
	}
	return d.OS.Rename(from, to)
}

func wantOpen(t *testing.T, dir string) Stores {
	t.Helper()
	stores, err := at(dir).Open(profile.Limits{Spool: 1000, Hour: 100_000}, quarantine.Binary{1})
	if err != nil {
		t.Fatal(err)
	}
	return stores
}

// T11: a folder that the configuration names by mistake is not displaced; a folder in the place of
// the file is.
func TestAnalyticsDisplacesNoFolderOfTheSystem(t *testing.T) {
	for name, want := range map[string]bool{"analytics.json": true, "log": false} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.MkdirAll(filepath.Join(path, "inside"), 0o700); err != nil {
			t.Fatal(err)
		}
		err := Analytics{durable.OS{}, path}.Write([]byte("{}"))
		if _, there := os.Lstat(filepath.Join(path, "inside")); (err == nil) != want || (there == nil) == want {
			t.Errorf("%s: got %v, %v want it displaced: %v", name, err, there, want)
		}
	}
}

// SEND-4, CONS-3: an accepted mark is byte for byte one that some version wrote.
func FuzzMark(f *testing.F) {
	for _, text := range []string{
		"", current, "usagedata-state/1\n", "usagedata-state/3\n", "usagedata-state/+2\n", "usagedata-state/02\n",
		"usagedata-state/0\n", "usagedata-state/2", "usagedata-state/2\n\n", "2\n", strings.Repeat("0",
			maxMark) + current,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, markName), text, 0o640); err != nil {
			t.Fatal(err)
		}
		layout, damaged := at(dir).readMark(markName)
		if written := layout > 0 && string(text) == markOf(layout); written == damaged {
			t.Errorf("%q: got layout %d, damaged %v", text, layout, damaged)
		}
	})
}

// CONS-2: a document that the denial left behind, because its upload was under way, is removed by the
// end of that cycle even while another process holds the spool's lock.
func TestTheEndOfADenialDoesNotWait(t *testing.T) {
	dir := t.TempDir()
	stores, err := at(dir).Open(looked, quarantine.Binary{})
	if err != nil {
		t.Fatal(err)
	}
	allowed := func() error { return nil }
	if _, err := stores.Spool.Put("acme-20260301T11Z-token", noon, []byte("{}"), allowed); err != nil {
		t.Fatal(err)
	}
	denied := consent.Decision{Choice: consent.Denied, Time: noon, Actor: "a tester"}
	unlock, err := durable.Lock(durable.OS{}, filepath.Join(dir, "spool", "spool"))
	if err := errors.Join(err, stores.Decision.Write(denied)); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	err, took := stores.FinishDenial(noon), time.Since(begun)
	unlock()
	waiting, unread := stores.Spool.Waiting()
	if err := errors.Join(err, unread); err != nil || len(waiting) > 0 || took > 5*time.Second {
		t.Errorf("got %v and %d documents after %v", err, len(waiting), took)
	}
}
