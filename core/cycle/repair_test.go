package cycle

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/usage"
)

// damages lists the kinds of damage to a file of the state folder.
var damages = map[string]func(path string) error{
	"empty": func(path string) error { return os.Truncate(path, 0) },
	"zeros": func(path string) error {
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, make([]byte, info.Size()), 0)
	},
	"flipped": func(path string) error {
		text, err := os.ReadFile(path)
		if err != nil || len(text) == 0 {
			return err
		}
		text[len(text)*3/4] ^= 0x10
		return os.WriteFile(path, text, 0)
	},
	"torn": func(path string) error {
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		return os.Truncate(path, info.Size()/2)
	},
	"huge":   func(path string) error { return os.Truncate(path, 1<<40) },
	"folder": func(path string) error { return errors.Join(os.Remove(path), os.MkdirAll(path+"/x", 0o700)) },
	"link":   func(path string) error { return errors.Join(os.Remove(path), os.Symlink("/proc/version", path)) },
	"pipe":   func(path string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) },
	"mode 0": func(path string) error { return os.Chmod(path, 0) },
}

// unprivileged is a [durable.Disk] on which file modes apply to root too.
type unprivileged struct{ durable.OS }

func (d unprivileged) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o600 != 0o600 {
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES}
	}
	f, err := d.OS.Open(path, flags, mode)
	return unsynced{f}, err
}

// unsynced is a [durable.File] whose Sync takes no time: the power is not cut here.
type unsynced struct{ durable.File }

func (unsynced) Sync() error { return nil }

// usedAppliance is an appliance that has been in use: a document was sent and another one waits,
// all files exist, and repairs are recorded.
type usedAppliance struct {
	*appliance
	mended []string
}

func newUsedAppliance(t *testing.T) *usedAppliance {
	t.Helper()
	w := &usedAppliance{appliance: newApplianceOn(t, unprivileged{})}
	w.open(t)
	w.decide(t, consent.Allowed)
	for _, answer := range []error{nil, errors.New("down")} {
		w.line.answers = []error{answer}
		if _, err := w.Run(t.Context()); !errors.Is(err, answer) {
			t.Fatal(err)
		}
		w.now = w.now.Add(time.Hour)
	}
	other := w.path("journal.jsonl")
	text, err := os.ReadFile(other)
	if err := errors.Join(err, os.WriteFile(other+".1", text, 0o640)); err != nil {
		t.Fatal(err)
	}
	if err := w.Pause.Begin(w.now.Add(-time.Minute), w.collectionPoint()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".budget.sealed.tmp", ".key.tmp", ".decision.json.tmp", "spool/.produced.tmp"} {
		if err := os.WriteFile(w.path(name), []byte("left by a kill"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// clone returns another appliance with the same files and the same past.
func (w *usedAppliance) clone(t *testing.T) *usedAppliance {
	t.Helper()
	other := &usedAppliance{appliance: newApplianceOn(t, w.disk)}
	other.now, other.line.bodies = w.now, maps.Clone(w.line.bodies)
	for _, name := range w.files(t) {
		info, err := os.Lstat(w.path(name))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(w.path(name))
		err = errors.Join(err, os.MkdirAll(filepath.Dir(other.path(name)), 0o750))
		if err := errors.Join(err, os.WriteFile(other.path(name), text, info.Mode().Perm())); err != nil {
			t.Fatal(err)
		}
	}
	other.open(t)
	return other
}

func (w *usedAppliance) path(name string) string { return filepath.Join(w.dir, name) }

// open opens the stores again, as another process does.
func (w *usedAppliance) open(t *testing.T) {
	t.Helper()
	folders := w.folders()
	folders.Mended = func(says string) { w.mended = append(w.mended, says) }
	stores, err := folders.Open(acme.Limits, quarantine.Binary{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stores.SlotSeed.For(""); err != nil {
		t.Fatal(err)
	}
	unlock, err := stores.ServiceLock.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	w.Stores, w.Sender = stores, spending{w}
}

// spending is a [Sender] that uses up bytes of the hour.
type spending struct{ w *usedAppliance }

func (spending) HangUp() {}

func (s spending) Send(ctx context.Context, id string, body []byte, another bool) error {
	if err := s.w.Budget.Reserve(s.w.now, 100); err != nil {
		return err
	}
	return s.w.line.Send(ctx, id, body, another)
}

// files lists all files of the folder.
func (w *usedAppliance) files(t *testing.T) (all []string) {
	t.Helper()
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, strings.TrimPrefix(path, w.dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// costs returns the most that damage to a file may cost: the documents lost in three hours, of the
// waiting one and three new ones, and whether the damage is reported. It is reported unless nothing
// was lost.
func costs(name, harm string) (documents int, reported bool) {
	switch {
	case name == "quarantine.sealed", name == "spool/produced":
		return 1, harm != "mode 0"
	case name == "budget.sealed", name == "retry.sealed":
		return 0, harm != "mode 0"
	case name == "format", name == "format.copy":
		return 0, true
	case name == "slot.seed":
		return 0, harm != "flipped"
	case strings.HasPrefix(name, "journal.jsonl"), name == "decisions.jsonl":
		tooLong := name == "decisions.jsonl" && harm == "huge"
		return 0, harm == "folder" || harm == "link" || harm == "pipe" || tooLong
	case isDocument(name) && harm != "mode 0":
		return 1, false // the journal says so
	}
	return 0, false
}

// T11: however a file of the state folder is damaged, the service keeps running: at most an hour's
// document is lost, that is reported once, in the second hour everything is as before, and no
// period is sent twice.
func TestDamagedStateIsRepaired(t *testing.T) {
	first := newUsedAppliance(t)
	names := first.files(t)
	if len(names) < 20 {
		t.Fatalf("got %d files, want those of an appliance in use: %q", len(names), names)
	}
	for _, name := range names {
		if name == "key" || name == "decision.json" { // they have tests of their own
			continue
		}
		for harm, damage := range damages {
			w := first.clone(t)
			if err := damage(w.path(name)); err != nil {
				t.Fatal(err)
			}
			w.wantRepaired(t, name, harm, readAtOpen(name) || (len(name)+len(harm))%2 == 0)
		}
	}
}

func isDocument(name string) bool { return strings.HasSuffix(name, ".doc") }

func (w *usedAppliance) wantRepaired(t *testing.T, name, harm string, restarts bool) {
	t.Helper()
	for hour := range 3 {
		if restarts {
			w.open(t)
		}
		result, err := w.Run(t.Context())
		if hour > 0 && (err != nil || result.Outcome != journal.Uploaded) {
			t.Errorf("%s, %s: hour %d: got %q, %v want it uploaded", name, harm, hour+1, result.Outcome, err)
		}
		w.now = w.now.Add(time.Hour)
	}
	_, read := w.Journal.Last(10)
	if _, err := w.Decision.History(); err != nil || read != nil {
		t.Errorf("%s, %s: got %v, %v want journal and history to be read", name, harm, read, err)
	}
	lost, reported := costs(name, harm)
	if got := len(w.line.bodies); got < 5-lost || w.waiting(t) > 0 {
		t.Errorf("%s, %s: got %d documents sent, %d waiting want %d sent", name, harm, got, w.waiting(t), 5-lost)
	}
	if reported && len(w.mended) != 1 || !reported && len(w.mended) > 0 {
		t.Errorf("%s, %s: got %q reported want it once: %v", name, harm, w.mended, reported)
	}
}

// readAtOpen reports whether the file is read again only by another process.
func readAtOpen(name string) bool {
	return name == "format" || name == "format.copy" || name == "slot.seed"
}

// T11, ANON-1: with a damaged key no document is made, hour after hour; waiting documents go out
// unchanged, and the error has a hint. Allowing again makes another key.
func TestADamagedKeyMakesNoDocument(t *testing.T) {
	for harm, damage := range damages {
		w := newUsedAppliance(t)
		if err := damage(w.path("key")); err != nil {
			t.Fatal(err)
		}
		if harm == "mode 0" { // nothing is lost
			w.wantRepaired(t, "key", harm, true)
			continue
		}
		for range 2 {
			w.open(t)
			if _, err := w.Run(t.Context()); err == nil || usage.HintOf(err) == "" &&
				!errors.Is(err, anonymize.ErrNoKey) {
				t.Errorf("%s: got %v (%s) want what to do", harm, err, usage.HintOf(err))
			}
			w.now = w.now.Add(time.Hour)
		}
		if got := len(w.line.bodies); got != 2 || w.waiting(t) != 0 {
			t.Errorf("%s: got %d sent, %d waiting want what had waited sent, and no other", harm, got, w.waiting(t))
		}
		w.decide(t, consent.Allowed)
		if result, err := w.Run(t.Context()); err != nil || result.Outcome != journal.Uploaded {
			t.Errorf("%s: allowed again: got %q, %v want it uploaded", harm, result.Outcome, err)
		}
	}
}

// T11: if the folders of the journal and of the last document are missing, they are created again
// and nothing is lost.
func TestMissingFoldersAreMadeAgain(t *testing.T) {
	w := newUsedAppliance(t)
	folders := w.folders()
	folders.Log, folders.Analytics = w.path("log"), w.path("shown/analytics.json")
	stores, err := folders.Open(acme.Limits, quarantine.Binary{})
	if err != nil {
		t.Fatal(err)
	}
	w.Stores = stores
	if err := errors.Join(os.RemoveAll(w.path("log")), os.RemoveAll(w.path("shown"))); err != nil {
		t.Fatal(err)
	}
	if result, err := w.Run(t.Context()); err != nil || result.Outcome != journal.Uploaded {
		t.Errorf("got %q, %v", result.Outcome, err)
	}
	if _, err := stores.Analytics.Read(); err != nil || len(w.outcomes(t)) < 3 {
		t.Errorf("got %v, %v", err, w.outcomes(t))
	}
}
