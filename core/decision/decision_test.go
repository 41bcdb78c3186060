package decision

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/statelayout"
)

// fullDisk is a full [durable.Disk]: every write fails. If freed is set, removing a document makes
// room for everything.
type fullDisk struct {
	durable.OS
	freed bool
	room  *bool
}

func (d fullDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	return fullDiskFile{f, d.room}, err
}

func (d fullDisk) Remove(path string) error {
	if d.freed && strings.HasSuffix(path, ".doc") {
		*d.room = true
	}
	return d.OS.Remove(path)
}

// Rename fills the disk once the key is in place, if it was not full before.
func (d fullDisk) Rename(from, to string) error {
	err := d.OS.Rename(from, to)
	if filepath.Base(to) == "key" {
		*d.room = false
	}
	return err
}

type fullDiskFile struct {
	durable.File
	room *bool
}

func (f fullDiskFile) Write(b []byte) (int, error) {
	if *f.room {
		return f.File.Write(b)
	}
	return 0, &fs.PathError{Op: "write", Path: "a file", Err: syscall.ENOSPC}
}

// appliance has the [statelayout.Records] of a temporary folder.
type appliance struct {
	statelayout.Records
	folders statelayout.Folders
}

func newAppliance(t *testing.T) *appliance {
	t.Helper()
	dir := t.TempDir()
	a := &appliance{folders: statelayout.Folders{Disk: durable.OS{}, State: dir, Log: filepath.Join(dir, "log")}}
	a.Records = a.on(t, durable.OS{})
	return a
}

// on opens the same files on another disk.
func (a *appliance) on(t *testing.T, disk durable.Disk) statelayout.Records {
	t.Helper()
	folders := a.folders
	folders.Disk = disk
	records, err := folders.OpenRecords(300_000)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func (a *appliance) decide(t *testing.T, choice consent.Choice) {
	t.Helper()
	if err := Decide(decided(choice), a.Records); err != nil {
		t.Fatal(err)
	}
}

const waitingID = "acme-20260301t13z"

// waits puts a document into the spool.
func (a *appliance) waits(t *testing.T) {
	t.Helper()
	hour := time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC)
	if _, err := a.Spool.Put(waitingID, hour, []byte("{}"), func() error {
		return nil
	}); err != nil || a.waiting(t) != 1 {
		t.Fatalf("got %d waiting, %v want 1", a.waiting(t), err)
	}
}

func (a *appliance) waiting(t *testing.T) int {
	t.Helper()
	entries, err := a.Spool.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func (a *appliance) hasKey() bool {
	_, err := a.Key.Load()
	return err == nil
}

func decided(c consent.Choice) consent.Decision {
	return consent.Decision{Choice: c, Time: time.Now(), Actor: "a tester", Way: consent.ByCommand}
}

// CONS-2: a denial on a full disk is in force, whether or not removing the waiting documents makes
// room.
func TestDenyOnAFullDisk(t *testing.T) {
	for _, freed := range []bool{true, false} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.waits(t)
		records := a.on(t, fullDisk{freed: freed, room: new(bool)})
		err := Decide(decided(consent.Denied), records)
		d, damaged := a.Decision.Read()
		if d.Choice != consent.Denied || a.waiting(t) != 0 || a.hasKey() {
			t.Errorf("freed %v: got %v, %d waiting, a key: %v want denied, nothing, none", freed, d.Choice,
				a.waiting(t), a.hasKey())
		}
		if freed && (err != nil || damaged != nil || d.Actor != "a tester") {
			t.Errorf("room was made: got %v, %v, by %q", err, damaged, d.Actor)
		}
		if !freed && (!errors.Is(err, syscall.ENOSPC) ||
			!strings.Contains(err.Error(), "emptied instead, which means no")) {
			t.Errorf("no room: got %v want what was done instead", err)
		}
	}
}

// CONS-2: a denial takes effect even if the journal or the spool has no folder, and the error says
// which part failed.
func TestDenyWithoutItsFolders(t *testing.T) {
	for _, name := range []string{"log", "spool"} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		folder := filepath.Join(a.folders.State, name)
		if err := errors.Join(os.RemoveAll(folder), os.WriteFile(folder, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		for _, n := range []string{"", "2", "3", "4", "5", "6", "7", "8", "9"} { // no room to displace it
			if err := os.WriteFile(folder+".damaged"+n, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		records, err := a.folders.OpenRecords(300_000)
		if err == nil {
			t.Errorf("%s: got no error", name)
		}
		if err := Decide(decided(consent.Denied), records); err == nil {
			t.Errorf("%s: got no error of what could not be done", name)
		}
		if d, err := records.Decision.Read(); err != nil || d.Choice != consent.Denied || a.hasKey() {
			t.Errorf("%s: got %v, %v, a key: %v; want it denied and no key", name, d.Choice, err, a.hasKey())
		}
	}
}

// CONS-2, VIEW-1: a denial and a renewal record each document that they remove, and the actor.
func TestRemovedDocumentsAreRecorded(t *testing.T) {
	for name, remove := range map[string]func(statelayout.Records) error{
		"deny":  func(r statelayout.Records) error { return Decide(decided(consent.Denied), r) },
		"renew": func(r statelayout.Records) error { return Renew(time.Now(), "a tester", r) },
	} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.waits(t)
		if err := remove(a.Records); err != nil || a.waiting(t) != 0 {
			t.Errorf("%s: got %v, %d waiting", name, err, a.waiting(t))
		}
		lines, err := a.Journal.Last(9)
		if err != nil || len(lines) != 3 {
			t.Fatalf("%s: got %d lines, %v want 3", name, len(lines), err)
		}
		for _, line := range lines {
			switch line.Outcome {
			case journal.Decided:
				if line.Actor != "a tester" {
					t.Errorf("%s: decided: got %+v", name, line)
				}
			case journal.Dropped:
				if line.ID != waitingID || line.Reason == "" {
					t.Errorf("%s: dropped: got %+v want %s and why", name, line, waitingID)
				}
			default:
				t.Errorf("%s: got %+v", name, line)
			}
		}
	}
}

// failingDisk loses its power at one of the operations that change something: that one and all later ones
// fail.
type failingDisk struct {
	durable.OS
	left *int
}

func (d failingDisk) failed() bool { *d.left--; return *d.left < 0 }

var errDead = errors.New("no power")

func (d failingDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if flags&(os.O_CREATE|os.O_TRUNC) != 0 && d.failed() || *d.left < 0 {
		return nil, errDead
	}
	f, err := d.OS.Open(path, flags, mode)
	return failingDiskFile{f, d}, err
}

func (d failingDisk) Rename(from, to string) error {
	if d.failed() {
		return errDead
	}
	return d.OS.Rename(from, to)
}

func (d failingDisk) Remove(path string) error {
	if d.failed() {
		return errDead
	}
	return d.OS.Remove(path)
}

type failingDiskFile struct {
	durable.File
	disk failingDisk
}

func (f failingDiskFile) Write(b []byte) (int, error) {
	if f.disk.failed() {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, errDead
	}
	return f.File.Write(b)
}

// CONS-2: after a crash anywhere in a decision, either that one or the former is in force, and if
// it is [consent.Allowed] there is a key.
func TestACrashInADecision(t *testing.T) {
	for _, steps := range [][2]consent.Choice{{consent.Allowed, consent.Denied}, {consent.Denied, consent.Allowed},
		{consent.Undecided, consent.Allowed}} {
		for at, done := 0, false; !done; at++ {
			if at > 200 {
				t.Fatal("a decision has no end")
			}
			a := newAppliance(t)
			if steps[0] != consent.Undecided {
				a.decide(t, steps[0])
			}
			left := 1 << 20
			records := a.on(t, failingDisk{left: &left})
			left = at
			done = Decide(decided(steps[1]), records) == nil
			d, _ := a.Decision.Read() // an empty file is a denial
			if d.Choice != steps[0] && d.Choice != steps[1] || d.Choice == consent.Allowed && !a.hasKey() &&
				steps[0] != consent.Allowed {
				t.Errorf("%v to %v, crash at %d: got %v, a key: %v", steps[0], steps[1], at, d.Choice, a.hasKey())
			}
			if again := Decide(decided(steps[1]), a.Records); again != nil ||
				a.hasKey() != (steps[1] == consent.Allowed) {
				t.Errorf("%v to %v, again after a crash at %d: got %v, a key: %v", steps[0], steps[1], at, again,
					a.hasKey())
			}
		}
	}
}

// CONS-1, CONS-2: the license agreement is recorded along with the choice, and stays when the choice
// changes. Accepting it is not a new decision, so it interrupts no upload.
func TestAcceptEULA(t *testing.T) {
	a := newAppliance(t)
	for i, choice := range []consent.Choice{consent.Undecided, consent.Allowed, consent.Denied} {
		if choice != consent.Undecided {
			a.decide(t, choice)
		}
		before, _ := a.Decision.Read()
		version := fmt.Sprint(i + 1)
		if _, err := AcceptEULA(version, "an installer", time.Now(), a.Records); err != nil {
			t.Fatal(err)
		}
		d, err := a.Decision.Read()
		if err != nil || d.Choice != choice || d.ID != before.ID || d.EULA != version {
			t.Errorf("got %v with %q, %v want the same decision, %v, with %q", d.Choice, d.EULA, err, choice, version)
		}
	}
	a.decide(t, consent.Allowed)
	if d, _ := a.Decision.Read(); d.EULA != "3" {
		t.Errorf("after a later decision: got %q want it kept", d.EULA)
	}
}

// CONS-2: a decision that was based on another one than is in force changes nothing, and the error
// gives the reason.
func TestDecideUnlessUnexpected(t *testing.T) {
	other := errors.New("another one is in force")
	for _, former := range []consent.Choice{consent.Denied, consent.Allowed} {
		for _, choice := range []consent.Choice{consent.Denied, consent.Allowed} {
			a := newAppliance(t)
			a.decide(t, former)
			before, _ := a.Decision.Read()
			err := DecideUnless(func(consent.Decision) error { return other }, decided(choice), a.Records)
			if after, _ := a.Decision.Read(); !errors.Is(err, other) || after.ID != before.ID {
				t.Errorf("%v after %v: got %v, %v in force, want %v", choice, former, err, after.Choice, other)
			}
		}
	}
}

// CONS-1: if a decision accepts a newer license agreement, that one replaces the former.
func TestDecisionBringsItsEULA(t *testing.T) {
	for _, choice := range []consent.Choice{consent.Denied, consent.Allowed} {
		a := newAppliance(t)
		if _, err := AcceptEULA("1", "a tester", time.Now(), a.Records); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ accepts, want string }{{"", "1"}, {"2", "2"}, {"", "2"}} {
			d := decided(choice)
			d.EULA = c.accepts
			if err := Decide(d, a.Records); err != nil {
				t.Fatal(err)
			}
			if now, _ := a.Decision.Read(); now.EULA != c.want {
				t.Errorf("%v accepting %q: got %q, want %q", choice, c.accepts, now.EULA, c.want)
			}
		}
	}
}
