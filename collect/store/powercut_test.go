package store

import (
	"bytes"
	"errors"
	"testing"

	"polycom.com/usagedata/collect/strictdisk"
)

// COLL-1: whichever operation of Create is the last before a process is killed or the power is cut, an
// object whose Create returned nil is there whole, there is never a part of an object under an object's
// name, and Create can be repeated, also by a process that finds names that are not durable yet.
func TestCrashAtEachOperation(t *testing.T) {
	crashes := map[string]func(*strictdisk.Disk) bool{
		"power cut": (*strictdisk.Disk).Cut, "kill": (*strictdisk.Disk).Kill,
	}
	for what, crash := range crashes {
		for seed := range uint64(60) {
			for operations, stopped := 0, true; stopped; operations++ {
				c := crashTest{t, strictdisk.New(seed), map[string]bool{}}
				c.disk.StopAfter(operations)
				c.create(false)
				stopped = crash(c.disk)
				c.look(what, seed, operations)
				c.create(true)
				c.disk.Cut()
				c.look(what+", then power cut", seed, operations)
			}
		}
	}
}

type crashTest struct {
	*testing.T
	disk         *strictdisk.Disk
	acknowledged map[string]bool
}

// crashObjects are created in this order: the second finds the folder of the first one.
var crashObjects = []struct {
	name    string
	content []byte
}{
	{"segments/dma/2026-03-01T12Z/a.zst", bytes.Repeat([]byte("first"), 400)},
	{"segments/dma/2026-03-01T12Z/b.zst", bytes.Repeat([]byte("second"), 300)},
}

func (c crashTest) open() *Folder {
	f, err := OpenFolder(c.disk.Process(), "/store", 0)
	if err != nil && !errors.Is(err, strictdisk.ErrOff) {
		c.Fatal(err)
	}
	return f
}

func (c crashTest) create(must bool) {
	f := c.open()
	if f == nil {
		return
	}
	for _, o := range crashObjects {
		err := f.Create(c.Context(), o.name, o.content)
		if err == nil {
			c.acknowledged[o.name] = true
		} else if must {
			c.Fatalf("repeated Create: %v", err)
		}
	}
}

func (c crashTest) look(what string, seed uint64, operations int) {
	f := c.open()
	for _, o := range crashObjects {
		got, err := f.Read(c.Context(), o.name)
		missing := errors.Is(err, ErrMissing) && !c.acknowledged[o.name]
		if !missing && (err != nil || !bytes.Equal(got, o.content)) {
			c.Fatalf("seed %d, %s after %d operations, acknowledged %t: %s has %d bytes, want %d: %v",
				seed, what, operations, c.acknowledged[o.name], o.name, len(got), len(o.content), err)
		}
	}
}

// A folder that was removed, and created again by a process that was killed, is durable too before Create
// returns nil, although this process used it before.
func TestFolderIsRemovedAndCreatedAgain(t *testing.T) {
	for seed := range uint64(20) {
		disk := strictdisk.New(seed)
		f, err := OpenFolder(disk.Process(), "/store", 0)
		if err != nil {
			t.Fatal(err)
		}
		create(t, f, "a/b/first", nil)
		if err := f.Remove(t.Context(), "a/b/first"); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/store/a", "/store/a/b"} { // by another process, without an fsync
			if err := disk.Process().Mkdir(path, folderMode); err != nil {
				t.Fatal(err)
			}
		}
		create(t, f, "a/b/second", []byte("second"))
		disk.Cut()
		if f, err = OpenFolder(disk.Process(), "/store", 0); err != nil {
			t.Fatal(err)
		}
		if err := wantContent(t.Context(), f, "a/b/second", []byte("second")); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}
