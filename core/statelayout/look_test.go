package statelayout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/usage"
)

var looked = profile.Limits{Spool: 100_000, Hour: 100_000}

// tree describes each file below a folder, with its modification time in nanoseconds.
func tree(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		info, statErr := os.Lstat(path)
		if err := errors.Join(err, statErr); err != nil {
			return err
		}
		all = append(all, fmt.Sprint(path, info.Mode(), info.Size(), info.ModTime().UnixNano()))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// seen returns the parts of the stores that an administrator sees.
func seen(s Stores) map[string]string {
	plugin, plugged := s.Quarantine.Look(noon)
	decision, undecided := s.Decision.Read()
	waiting, unlisted := s.Spool.Waiting()
	since, keyless := s.Key.Since()
	until, unasked := s.Pause.Until(noon, "point")
	seed, damaged := s.SlotSeed.Look("")
	return map[string]string{
		"spent": fmt.Sprint(s.Budget.Spent(noon)), "plugin": fmt.Sprint(plugin, plugged),
		"decision": fmt.Sprint(decision, undecided), "waiting": fmt.Sprint(waiting, unlisted),
		"key": fmt.Sprint(since.UTC().Truncate(time.Second), keyless), "asked": fmt.Sprint(until, unasked),
		"produced": fmt.Sprint(s.Spool.Produced(noon.Truncate(time.Hour))), "slot": fmt.Sprint(seed, damaged),
	}
}

// decidedBy010 leaves a decision of version 0.1.0, which names no product, and the journal line of
// a document.
func decidedBy010(t *testing.T, dir, product string) {
	t.Helper()
	d := consent.Decision{Choice: consent.Allowed, Time: noon.Add(-time.Hour), Actor: "a tester"}
	folders := at(dir)
	line := journal.Entry{Time: noon, Outcome: journal.Spooled, ID: product + "-20260301T11Z-token"}
	if err := errors.Join(folders.Decision().Write(d), folders.Journal().Record(line)); err != nil {
		t.Fatal(err)
	}
}

// [Folders.Look] changes nothing, not even a modification time, and shows the same as
// [Folders.Open], whichever version left the folder.
func TestLookChangesNothing(t *testing.T) {
	bare := func(t *testing.T, dir string) {
		key := []byte("all tests know it, it is no key.")
		if err := os.WriteFile(filepath.Join(dir, "key"), key, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, lay := range map[string]func(t *testing.T) string{
		"no folder": func(t *testing.T) string { return filepath.Join(t.TempDir(), "state") },
		"empty":     func(t *testing.T) string { return t.TempDir() },
		"version 0.1.0": func(t *testing.T) string {
			dir := left(t, "")
			bare(t, dir)
			decidedBy010(t, dir, "acme")
			return dir
		},
		"of another product": func(t *testing.T) string {
			dir := left(t, "")
			decidedBy010(t, dir, "other")
			return dir
		},
		"layout 1": func(t *testing.T) string {
			dir := left(t, "usagedata-state/1\n")
			bare(t, dir)
			return dir
		},
		"a damaged mark":   func(t *testing.T) string { return left(t, "usagedata\n") },
		"this version's":   broughtForward,
		"a damaged record": damagedRecord,
		"no record any more": func(t *testing.T) string {
			dir := broughtForward(t)
			remove(t, dir, quarantineName)
			return dir
		},
		"something else": func(t *testing.T) string {
			dir := broughtForward(t)
			remove(t, dir, "spool")
			return dir
		},
		"below a file's name": func(t *testing.T) string { return filepath.Join(t.TempDir(), "a", "b", "c") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := lay(t)
			folders := at(dir)
			folders.Product = "acme"
			before := tree(t, filepath.Dir(dir))
			stores, err := folders.Look(looked, quarantine.Binary{1})
			if err != nil {
				t.Fatal(err)
			}
			got := seen(stores)
			if diff := cmp.Diff(before, tree(t, filepath.Dir(dir))); diff != "" {
				t.Errorf("changed (-before +after):\n%s", diff)
			}
			opened, err := folders.Open(looked, quarantine.Binary{1})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(seen(opened), got); diff != "" {
				t.Errorf("opened - looked at +:\n%s", diff)
			}
		})
	}
}

func damagedRecord(t *testing.T) string {
	dir := broughtForward(t)
	for _, name := range []string{budgetName, slotSeedName} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// [Folders.Look] refuses a newer version's folder, and a path that is no folder.
func TestLookRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	newer := marked(t, "usagedata-state/4\n")
	for want, dir := range map[string]string{"newer version": newer, "must name a folder": file} {
		_, err := at(dir).Look(looked, quarantine.Binary{})
		if err == nil || !strings.Contains(usage.HintOf(err), want) {
			t.Errorf("got %v (%s), want %q", err, usage.HintOf(err), want)
		}
	}
}

// SEND-4: stores opened by [Folders.Look] are granted no byte before [Stores.CountBytes], which
// fails in a folder of an earlier version.
func TestLookGrantsNoBytes(t *testing.T) {
	for name, c := range map[string]struct {
		dir  string
		want error
	}{"of this version": {broughtForward(t), nil}, "of an earlier one": {left(t, "usagedata-state/1\n"), ErrEarlier}} {
		stores, err := at(c.dir).Look(looked, quarantine.Binary{})
		if err != nil {
			t.Fatal(err)
		}
		if err := stores.Budget.Reserve(noon, 1); err == nil {
			t.Errorf("%s: a byte was granted", name)
		}
		if err := stores.CountBytes(looked); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		if granted := stores.Budget.Reserve(noon, 1) == nil; granted != (c.want == nil) {
			t.Errorf("%s, counted: granted %t", name, granted)
		}
	}
}
