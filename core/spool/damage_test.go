package spool

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
)

// T11, SEND-1: if something else takes the place of the folder, the last hour is not made again,
// and this is reported once.
func TestTheFolderIsReplaced(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"file": func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) },
		"link": func(path string) error { return os.Symlink("/nowhere", path) },
		"pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		dir := filepath.Join(t.TempDir(), "spool")
		put(t, open(t, dir, 1000), 0, "a document")
		if err := errors.Join(os.RemoveAll(dir), harm(dir)); err != nil {
			t.Fatal(err)
		}
		s := open(t, dir, 1000)
		if mended, err := s.Mend(hour(0)); err != nil || !mended {
			t.Errorf("%s: mend: got %v, %v", name, mended, err)
		}
		if !s.Produced(hour(0)) || s.Produced(hour(1)) {
			t.Errorf("%s: got hour 0 produced %v, hour 1 %v", name, s.Produced(hour(0)), s.Produced(hour(1)))
		}
		if mended, err := open(t, dir, 1000).Mend(hour(1)); err != nil || mended {
			t.Errorf("%s: mend again: got %v, %v", name, mended, err)
		}
	}
}

// A damaged entry is set aside once and never blocks the others, whatever the damage.
func TestDamagedIsSetAside(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"empty":     func(path string) error { return os.Truncate(path, 0) },
		"truncated": func(path string) error { return os.Truncate(path, 110) },
		"longer":    func(path string) error { return os.WriteFile(path, make([]byte, 5000), 0o640) },
		"foreign":   func(path string) error { return os.WriteFile(path, encode(id(7), first, nil), 0o640) },
		"link":      func(path string) error { return errors.Join(os.Remove(path), os.Symlink("elsewhere", path)) },
		"folder":    func(path string) error { return errors.Join(os.Remove(path), os.MkdirAll(path+"/x", 0o750)) },
		"socket": func(path string) error {
			return errors.Join(os.Remove(path), syscall.Mknod(path, syscall.S_IFSOCK|0o600, 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir(), 1000)
			put(t, s, 0, "a document")
			put(t, s, 1, "another")
			if err := harm(s.path(id(1))); err != nil {
				t.Fatal(err)
			}
			if got := len(ids(t, s)); got != 2 {
				t.Errorf("waiting before it is read: got %d, want 2", got)
			}
			if _, err := s.Read(id(1)); !errors.Is(err, ErrDamaged) {
				t.Errorf("read: got %v, want %v", err, ErrDamaged)
			}
			if got := ids(t, s); len(got) != 1 || read(t, s, got[0]) != "a document" {
				t.Errorf("waiting afterwards: got %v, want the other one", got)
			}
			if !s.Produced(hour(1)) {
				t.Error("its hour: got not produced")
			}
		})
	}
}

// A link under a document's name is no document: its period and size are not read.
func TestALinkHasNoPeriod(t *testing.T) {
	s := open(t, t.TempDir(), 1000)
	put(t, s, 0, "a document")
	away := filepath.Join(t.TempDir(), "away")
	if err := errors.Join(os.Rename(s.path(id(0)), away), os.Symlink(away, s.path(id(0)))); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Waiting(); err != nil || len(got) != 1 || got[0] != (Entry{ID: id(0)}) {
		t.Errorf("got %v, %v, want its id only", got, err)
	}
}

// SEND-5: the number of documents set aside is limited.
func TestSetAsideFoldersAreBounded(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 1000)
	folder := filepath.Join(dir, rejectedFolder, "of-somebody-else")
	if err := os.MkdirAll(filepath.Join(folder, "x"), 0o750); err != nil {
		t.Fatal(err)
	}
	for n := range 2 * MostKept {
		name := id(2*MostKept - n)
		put(t, s, 2*MostKept-n, "a document")
		if err := s.Reject(name); err != nil {
			t.Fatal(err)
		}
		aged := filepath.Join(dir, rejectedFolder, name+suffix)
		if err := os.Chtimes(aged, time.Time{}, hour(n)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(filepath.Join(dir, rejectedFolder))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(len(files), files[0].Name()), fmt.Sprint(MostKept+1, id(1)+suffix); got != want {
		t.Errorf("kept: got %s, want %s", got, want)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(""))
	f.Add(encode("acme-1", first, []byte("a document")))
	f.Add(encode("acme-1", time.Time{}, nil))
	f.Add(encode("acme-2", first, []byte("a document")))
	unsealed := func(sealed []byte) (period time.Time, body []byte, err error) {
		data, err := durable.Unseal(sealed)
		if err != nil {
			return period, nil, err
		}
		return decode("acme-1", data)
	}
	f.Fuzz(func(t *testing.T, sealed []byte) {
		period, body, err := unsealed(sealed)
		if err == nil && !bytes.Equal(encode("acme-1", period, body), sealed) {
			t.Errorf("accepted what encode does not make: %q", sealed)
		}
		back, body, err := unsealed(encode("acme-1", first, sealed))
		if err != nil || !back.Equal(first) || !bytes.Equal(body, sealed) {
			t.Errorf("round trip: got %q and %v, want %q", body, err, sealed)
		}
	})
}

// recordingDisk is a disk that records which folders were fsynced.
type recordingDisk struct {
	durable.OS
	synced *[]string
}

func (d recordingDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	return noted{f, path, d.synced}, err
}

type noted struct {
	durable.File
	path   string
	synced *[]string
}

func (f noted) Sync() error {
	*f.synced = append(*f.synced, f.path)
	return f.File.Sync()
}

// SEND-1: a Put was killed before it fsynced the document's directory. [Spool.Read] fsyncs it
// before the document is sent: if a power failure removed the document after it was sent, its hour
// would make another one.
func TestReadDocumentIsDurable(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, id(0)+suffix), encode(id(0), hour(0), []byte("a document")),
		0o640); err != nil {
		t.Fatal(err)
	}
	var synced []string
	s, err := Open(recordingDisk{synced: &synced}, dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, s, id(0)); got != "a document" || !slices.Contains(synced, dir) {
		t.Errorf("got %q, made last %v want the spool's folder among them", got, synced)
	}
}

// SEND-1: whatever the list of hours holds, a remembered hour is appended last and displaces only
// hours before the last 168. A damaged list costs one hour, and an intact one none.
func FuzzProduced(f *testing.F) {
	const week = 7 * 24
	list := func(n int) (text string) {
		for n := range n {
			text += stamp(hour(n)) + "\n"
		}
		return text
	}
	f.Add([]byte(""), false)
	f.Add([]byte(list(3)), true)
	f.Add([]byte(list(3)), false)
	f.Add([]byte(list(week+10)), true)
	f.Add([]byte("unknown\n"+list(week)), true)
	f.Fuzz(func(t *testing.T, text []byte, sealed bool) {
		s := open(t, t.TempDir(), 1000)
		s.disk = unsyncedFastDisk{}
		if sealed {
			text = durable.Seal(text)
		}
		if err := os.WriteFile(s.listPath(), text, 0o640); err != nil {
			t.Fatal(err)
		}
		want := []string{unknown}
		if data, err := durable.Unseal(text); err == nil {
			want = strings.Fields(string(data))
		}
		price := slices.Index(want, unknown)
		known := slices.Contains(want, stamp(hour(-1)))
		if got := s.Produced(hour(-1)); got != (known || price >= 0) {
			t.Errorf("%q: got produced %v", want, got)
		}
		if mended, err := s.Mend(hour(-1)); err != nil || mended != (price >= 0) {
			t.Errorf("%q: got mended %v, %v", want, mended, err)
		}
		if price >= 0 {
			want[price] = stamp(hour(-1))
		}
		if err := s.remember(hour(-2)); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(want, stamp(hour(-2))) {
			want = append(want, stamp(hour(-2)))
			want = want[max(0, len(want)-week):]
		}
		if diff := cmp.Diff(want, s.list()); diff != "" && !slices.Contains(want, unknown) {
			t.Errorf("the list (-want +got):\n%s", diff)
		}
	})
}

// unsyncedFastDisk is a disk without fsync, some hundred times as fast.
type unsyncedFastDisk struct{ durable.OS }

func (d unsyncedFastDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	return unsynced{f}, err
}

type unsynced struct{ durable.File }

func (unsynced) Sync() error { return nil }
