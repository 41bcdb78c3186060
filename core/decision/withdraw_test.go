package decision

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/statelayout"
)

// locks are the files that are locked while something is changed.
var locks = []string{
	".decision.json.lock", ".decision.json.tmp", ".decision.denied.tmp", "spool/.spool.lock", "spool/.produced.tmp",
	"decisions.jsonl", ".key.lock", "log/.journal.jsonl.lock", "log/journal.jsonl", "cycle.lock", ".budget.sealed.lock",
}

// hold locks files as another process would.
func (a *appliance) hold(t *testing.T, names ...string) (release func()) {
	t.Helper()
	var all []func()
	for _, name := range names {
		release, _, err := durable.TryLock(durable.OS{}, filepath.Join(a.folders.State, name), "")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, release)
	}
	return func() {
		for _, release := range all {
			release()
		}
	}
}

// T8, CONS-2: a denial is in force, and waiting documents are removed, within one second, whichever
// lock another process holds, even if it holds all of them. It returns soon after, with an error
// for each part that failed.
func TestDenyWhateverLockIsHeld(t *testing.T) {
	for _, held := range append([][]string{locks}, single(locks)...) {
		synctest.Test(t, func(t *testing.T) {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			a.waits(t)
			defer a.hold(t, held...)()
			began := time.Now()
			ended := make(chan error)
			go func() { ended <- Decide(decided(consent.Denied), a.Records) }()
			time.Sleep(time.Second)
			// The spool's own lock is held, so the test looks for its documents in the folder.
			left, _ := filepath.Glob(filepath.Join(a.folders.State, "spool", "*.doc"))
			if d, err := a.Decision.Read(); err != nil || d.Choice != consent.Denied || len(left) > 0 || a.hasKey() {
				t.Errorf("%v: a second later: got %v, %v, %d waiting, a key: %v", held, d.Choice, err, len(left),
					a.hasKey())
			}
			err := <-ended
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("%v: it took %v", held, took)
			}
			if err != nil && (!errors.Is(err, durable.ErrHeld) ||
				!strings.Contains(err.Error(), "sending is denied, but")) {
				t.Errorf("%v: got %v want what is in force, and which lock is held", held, err)
			}
			if err != nil && strings.Contains(err.Error(), "may still allow") && held[0] != ".decision.json.lock" {
				t.Errorf("%v: got %v, but no other process can be about to allow", held, err)
			}
		})
	}
}

func single(names []string) (all [][]string) {
	for _, name := range names {
		all = append(all, []string{name})
	}
	return all
}

// CONS-2: an allow does not overwrite a denial that did not wait for it, whenever the denial comes:
// the allow changes nothing and says so. Allowing after that works.
func TestAllowDoesNotOverwriteADenialThatDidNotWait(t *testing.T) {
	for _, former := range []consent.Choice{consent.Undecided, consent.Allowed, consent.Denied} {
		for _, torn := range []bool{false, true} {
			for at, done := 1, true; done; at++ { // 0 is before the allow has read anything
				synctest.Test(t, func(t *testing.T) { done = denyMeanwhile(t, former, torn, at) })
				if !done && at < 15 {
					t.Errorf("%v: got through with %d operations: this test sees too few", former, at)
				}
			}
		}
	}
}

// denyMeanwhile denies before the allow's operation with this number, and reports whether there was
// one. The file of an earlier denial may be torn.
func denyMeanwhile(t *testing.T, former consent.Choice, torn bool, at int) (done bool) {
	a := newAppliance(t)
	if former != consent.Undecided {
		a.decide(t, former)
	}
	if torn {
		damage(t, filepath.Join(a.folders.State, "decision.denied"))
	}
	operations := -1 << 20 // nothing happens while the stores are opened
	records := a.on(t, between{at: func() {
		if operations++; operations == at+1 {
			done = true
			_ = Decide(decided(consent.Denied), a.Records) // the error names the lock that is held
		}
	}})
	operations = 0
	err := Decide(decided(consent.Allowed), records)
	d, damaged := a.Decision.Read()
	if !done {
		if err != nil || d.Choice != consent.Allowed {
			t.Errorf("%v: got %v, %v", former, err, d.Choice)
		}
		return false
	}
	if damaged != nil || d.Choice != consent.Denied || a.hasKey() || err == nil {
		t.Errorf("%v, denied at %d: got %v, %v, a key: %v, and %v want it denied", former, at, d.Choice, damaged,
			a.hasKey(), err)
	}
	a.decide(t, consent.Allowed)
	if a.Decision.Check() != nil || !a.hasKey() {
		t.Errorf("%v, denied at %d, allowed after: got %v", former, at, a.Decision.Check())
	}
	return true
}

// CONS-2: an allow replaces only the denial that it saw, which could not be read.
func TestReconsiderKeepsANewDenial(t *testing.T) {
	a := newAppliance(t)
	if err := reconsider(a.Decision); err != nil {
		t.Errorf("there is none: got %v", err)
	}
	denial := decided(consent.Denied)
	denial.ID = "new"
	if err := a.Decision.Overrule(denial); err != nil {
		t.Fatal(err)
	}
	err := reconsider(a.Decision)
	if id, unread := a.Decision.Overruled(); !errors.Is(err, ErrDenied) || id != denial.ID {
		t.Errorf("a new one: got %v, %q left, %v want %v", err, id, unread, ErrDenied)
	}
}

// ANON-1: if a yes comes during a denial that did not wait for the lock, it has a key, whenever it
// comes.
func TestAllowDuringADenialHasAKey(t *testing.T) {
	for at, done := 1, true; done; at++ {
		synctest.Test(t, func(t *testing.T) {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			release := a.hold(t, ".decision.json.lock")
			defer func() { release() }()
			operations := -1 << 20
			done = false
			records := a.on(t, between{at: func() {
				if operations++; operations == at {
					done = true
					release()
					release = func() {}
					_ = Decide(decided(consent.Allowed), a.Records) // fails if the denial came later
				}
			}})
			operations = 0
			_ = Decide(decided(consent.Denied), records)
			if allowed := a.Decision.Check() == nil; allowed != a.hasKey() {
				t.Errorf("allowed at %d: got in force: %v, a key: %v", at, allowed, a.hasKey())
			}
		})
	}
}

// between is a [durable.Disk] that calls at before each operation that changes names, and before
// each file is opened, once the decision's lock is acquired.
type between struct {
	durable.OS
	at func()
}

func (d between) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if filepath.Base(path) != ".decision.json.lock" {
		d.at()
	}
	return d.OS.Open(path, flags, mode)
}

func (d between) Rename(from, to string) error {
	d.at()
	return d.OS.Rename(from, to)
}

// T6: an allow that returns an error has changed nothing: neither the decision nor the key nor the
// waiting documents.
func TestAllowThatCannotBeRecorded(t *testing.T) {
	for _, former := range []consent.Choice{consent.Undecided, consent.Denied, consent.Allowed} {
		for _, broken := range []string{"log", "decisions.jsonl", "decision.json"} {
			a := newAppliance(t)
			if former != consent.Undecided {
				a.decide(t, former)
			}
			if former == consent.Allowed {
				a.waits(t)
			}
			before, _ := a.Decision.Read()
			records := a.on(t, refusing{name: broken})
			if err := Decide(decided(consent.Allowed), records); !errors.Is(err, fs.ErrPermission) {
				t.Errorf("%v, %s: got %v want %v", former, broken, err, fs.ErrPermission)
			}
			after, err := a.Decision.Read()
			if err != nil || after.ID != before.ID || a.hasKey() != (former == consent.Allowed) ||
				a.waiting(t) != map[bool]int{true: 1}[former == consent.Allowed] {
				t.Errorf("%v, %s: got %v, %v, a key: %v, %d waiting; want what was", former, broken, after.Choice, err,
					a.hasKey(), a.waiting(t))
			}
			lines, _ := a.Journal.Last(1)
			if broken == "decision.json" && (len(lines) != 1 || lines[0].Choice != former.String() ||
				!strings.Contains(lines[0].Reason, "nothing was changed")) {
				t.Errorf("%v, %s: journal ends with %+v want that nothing was changed", former, broken, lines)
			}
			history, err := a.Decision.History()
			if former != consent.Undecided && (len(history) == 0 || history[len(history)-1].Choice != former) {
				t.Errorf("%v, %s: history ends with %+v, %v want what is in force", former, broken, history, err)
			}
		}
	}
}

// refusing is a [durable.Disk] on which a file with this name, or a file in a folder with this
// name, cannot be written.
type refusing struct {
	durable.OS
	name string
}

func (d refusing) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	named := filepath.Base(path) == d.name || filepath.Base(filepath.Dir(path)) == d.name
	if named && flags&(os.O_RDWR|os.O_WRONLY) != 0 {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	}
	return d.OS.Open(path, flags, mode)
}

func (d refusing) Rename(from, to string) error {
	if filepath.Base(to) == d.name {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrPermission}
	}
	return d.OS.Rename(from, to)
}

// CONS-2: documents and keys that a denial could not remove are removed before sending is allowed;
// if they cannot be removed, the allow fails.
func TestAllowFinishesAnEarlierDenial(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.waits(t)
	keeps := a.on(t, keeping{})
	if err := Decide(decided(consent.Denied), keeps); !errors.Is(err, fs.ErrPermission) || a.waiting(t) != 1 {
		t.Fatalf("deny: got %v, %d waiting want it kept", err, a.waiting(t))
	}
	if err := Decide(decided(consent.Allowed), keeps); !errors.Is(err, fs.ErrPermission) || a.Decision.Check() == nil {
		t.Errorf("allow: got %v, %v want what waits to be in its way", err, a.Decision.Check())
	}
	a.decide(t, consent.Allowed)
	if a.waiting(t) != 0 {
		t.Errorf("waiting: got %d want 0", a.waiting(t))
	}
	if lines, err := a.Journal.Last(2); err != nil || len(lines) != 2 || lines[0].Outcome != journal.Dropped {
		t.Errorf("journal: got %+v, %v want the document dropped before the decision", lines, err)
	}
}

// keeping is a [durable.Disk] on which no document can be removed.
type keeping struct{ durable.OS }

func (d keeping) Remove(path string) error {
	if filepath.Ext(path) == ".doc" {
		return &fs.PathError{Op: "remove", Path: path, Err: fs.ErrPermission}
	}
	return d.OS.Remove(path)
}

// T5: if sending is allowed again because the decision cannot be read, or is missing, the waiting
// documents and the key are kept, unless it was denied: a denial destroys the key. A newer yes
// removes nothing either.
func TestAllowAgainKeepsWaitingDocuments(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(t *testing.T, a *appliance)
		kept    int
	}{
		"damaged": {func(t *testing.T, a *appliance) { damage(t, a.Decision.Path()) }, 1},
		"gone":    {func(t *testing.T, a *appliance) { os.Remove(a.Decision.Path()) }, 1},
		"allowed": {func(*testing.T, *appliance) {}, 1},
		"denied, and damaged": {func(t *testing.T, a *appliance) {
			_ = Decide(decided(consent.Denied), a.on(t, keeping{}))
			damage(t, a.Decision.Path())
		}, 0},
		"a damaged denial of its own": {func(t *testing.T, a *appliance) {
			damage(t, filepath.Join(a.folders.State, "decision.denied"))
		}, 1},
	} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.waits(t)
		before, _ := a.Key.Load()
		c.happens(t, a)
		a.decide(t, consent.Allowed)
		after, err := a.Key.Load()
		if err != nil || a.waiting(t) != c.kept || (after.ID("") == before.ID("")) != (c.kept == 1) {
			t.Errorf("%s: got %d waiting, %v, same key %v want %d", name, a.waiting(t), err,
				after.ID("") == before.ID(""), c.kept)
		}
		if a.Decision.Check() != nil {
			t.Errorf("%s: got %v", name, a.Decision.Check())
		}
	}
}

func damage(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("{"), 0o640); err != nil {
		t.Fatal(err)
	}
}

// T6: a key that cannot be used does not mean that sending was denied. The waiting documents stay,
// whether the allow succeeds or not, and an allow that fails leaves the key's file unchanged.
func TestAllowWithAKeyThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		harm   func(path string) error
		broken string
		fails  bool
	}{
		"accessible to others":                   {opened, "", true},
		"accessible to others, no room to write": {opened, "log", true},
		"damaged":                                {cut, "", false},
		"damaged, no room to write":              {cut, "log", true},
		"damaged, no history":                    {cut, "decisions.jsonl", true},
	} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.waits(t)
		before, _ := a.Decision.Read()
		path := filepath.Join(a.folders.State, "key")
		if err := c.harm(path); err != nil {
			t.Fatal(err)
		}
		was, _ := os.ReadFile(path)
		err := Decide(decided(consent.Allowed), a.on(t, refusing{name: c.broken}))
		after, _ := a.Decision.Read()
		is, _ := os.ReadFile(path)
		if (err != nil) != c.fails || a.waiting(t) != 1 || (string(was) == string(is)) != c.fails ||
			(after.ID == before.ID) != c.fails {
			t.Errorf("%s: got %v, %d waiting, same key %v, same decision %v; want it to fail: %v", name, err,
				a.waiting(t), string(was) == string(is), after.ID == before.ID, c.fails)
		}
	}
}

func opened(path string) error { return os.Chmod(path, 0o640) }

func cut(path string) error { return os.Truncate(path, 50) }

// T12: the removals that a denial left undone are made up for even if another product is configured
// since. A yes about another product leaves nothing undone: its key stays.
func TestDenialIsFinishedForAnyProduct(t *testing.T) {
	for _, choice := range []consent.Choice{consent.Denied, consent.Allowed} {
		for _, by := range []string{"a cycle", "an allow"} {
			a := newAppliance(t)
			a.folders.Product = "acme"
			a.Records = a.on(t, durable.OS{})
			a.decide(t, consent.Allowed)
			a.waits(t)
			before, _ := a.Key.Load()
			if choice == consent.Denied {
				_ = Decide(decided(consent.Denied), a.on(t, immutable{}))
			}
			a.folders.Product = "other"
			a.Records = a.on(t, durable.OS{})
			if by == "an allow" {
				a.decide(t, consent.Allowed)
			} else if err := a.FinishDenial(time.Now()); err != nil {
				t.Error(err)
			}
			after, err := a.Key.Load()
			kept := err == nil && after.ID("") == before.ID("")
			if want := choice == consent.Allowed; kept != want || (a.waiting(t) == 1) != want {
				t.Errorf("%v, then %s: got the key kept: %v, %d waiting; want kept: %v", choice, by, kept, a.waiting(t),
					want)
			}
		}
	}
}

// immutable is a [durable.Disk] on which neither a document nor the key can be removed or
// overwritten.
type immutable struct{ keeping }

func (d immutable) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if filepath.Base(path) == "key" && flags&os.O_WRONLY != 0 {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrInvalid}
	}
	return d.OS.Open(path, flags, mode)
}

func (d immutable) Remove(path string) error {
	if filepath.Base(path) == "key" {
		return &fs.PathError{Op: "remove", Path: path, Err: fs.ErrPermission}
	}
	return d.keeping.Remove(path)
}

// T6: if the directory cannot be fsynced after a decision was renamed, the decision is undone,
// whichever was in force before; if that fails too, the error says which decision is in force. That
// holds for an accepted license agreement too.
func TestDecisionThatMayNotBeDurable(t *testing.T) {
	for _, former := range []consent.Choice{consent.Undecided, consent.Denied, consent.Allowed} {
		for name, decide := range map[string]func(statelayout.Records) error{
			"allow": func(r statelayout.Records) error { return Decide(decided(consent.Allowed), r) },
			"EULA": func(r statelayout.Records) error {
				_, err := AcceptEULA("7", "a tester", time.Now(), r)
				return err
			},
		} {
			for _, stuck := range []bool{false, true} {
				a := newAppliance(t)
				if former != consent.Undecided {
					a.decide(t, former)
				}
				before, _ := os.ReadFile(a.Decision.Path())
				err := decide(a.on(t, unsyncedDisk{folder: a.folders.State, stuck: stuck, renamed: new(int)}))
				after, _ := os.ReadFile(a.Decision.Path())
				d, _ := a.Decision.Read()
				if !errors.Is(err, syscall.EIO) || errors.Is(err, consent.ErrInForce) != stuck ||
					(string(before) == string(after)) == stuck || a.hasKey() != (d.Choice == consent.Allowed) {
					t.Errorf("%s after %v, stuck %v: got %v, %v in force, a key: %v", name, former, stuck, err,
						d.Choice, a.hasKey())
				}
				lines, _ := a.Journal.Last(1)
				if taken := len(lines) == 1 && strings.Contains(lines[0].Reason,
					"nothing was changed"); name == "allow" && taken == stuck {
					t.Errorf("after %v, stuck %v: journal ends with %+v", former, stuck, lines)
				}
			}
		}
	}
}

// unsyncedDisk is a [durable.Disk] that cannot fsync a directory once the decision was renamed. If
// stuck is set, the decision cannot be changed a second time.
type unsyncedDisk struct {
	durable.OS
	folder  string
	stuck   bool
	renamed *int
}

func (d unsyncedDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	if err == nil && path == d.folder && *d.renamed > 0 {
		return unsyncedDiskFile{f}, nil
	}
	return f, err
}

func (d unsyncedDisk) Rename(from, to string) error {
	if filepath.Base(to) == "decision.json" {
		if *d.renamed++; d.stuck && *d.renamed > 1 {
			return syscall.EIO
		}
	}
	return d.OS.Rename(from, to)
}

func (d unsyncedDisk) Remove(path string) error {
	if d.stuck && filepath.Base(path) == "decision.json" {
		return syscall.EIO
	}
	return d.OS.Remove(path)
}

type unsyncedDiskFile struct{ durable.File }

func (unsyncedDiskFile) Sync() error { return syscall.EIO }

// CONS-2: a denial that succeeds outlasts an allow that held the lock meanwhile and continues, even
// if the denial found room only after the waiting documents were removed. If it could not be made
// to outlast the allow, its error says so.
func TestADenialOutlivesAStalledAllow(t *testing.T) {
	for name, c := range map[string]struct {
		disk  durable.Disk
		locks []string
		done  bool
	}{
		"nothing else is wrong":       {durable.OS{}, nil, true},
		"room is made":                {fullDisk{freed: true, room: new(bool)}, nil, true},
		"its own file can't be made":  {refusing{name: "decision.denied"}, nil, false},
		"its own file is held":        {durable.OS{}, []string{".decision.denied.tmp"}, false},
		"the decision itself is held": {durable.OS{}, []string{".decision.json.tmp"}, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			a.waits(t)
			release := a.hold(t, append(c.locks, ".decision.json.lock")...)
			stalled := decided(consent.Allowed)
			err := Decide(decided(consent.Denied), a.on(t, c.disk))
			if d, _ := a.Decision.Read(); d.Choice != consent.Denied || (err == nil) != c.done {
				t.Errorf("%s: got %v, %v in force want done: %v", name, err, d.Choice, c.done)
			}
			release()
			if err := a.Decision.Write(stalled); err != nil {
				t.Error(err)
			}
			if d, _ := a.Decision.Read(); c.done && d.Choice != consent.Denied {
				t.Errorf("%s: the stalled allow goes on: got %v in force", name, d.Choice)
			}
		})
	}
}
