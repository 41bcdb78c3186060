package sent

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var month = Bounds{Days: 30, Size: 20 << 20}

func hour(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
func id(n int) string      { return "acme-" + hour(n).Format("20060102T1504Z") + "-token" }
func body(n int) string    { return fmt.Sprintf("{\n  \"profile\": 3,\n  \"n\": %d\n}\n", n) }

func store(t testing.TB, bounds Bounds) Store {
	t.Helper()
	return Open(durable.OS{}, filepath.Join(t.TempDir(), "sent"), bounds)
}

// keep adds the document of an hour as it is accepted, some minutes after the hour.
func keep(t testing.TB, s Store, hours ...int) {
	t.Helper()
	for _, n := range hours {
		if err := s.Keep(id(n), []byte(body(n)), hour(n).Add(80*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
}

func kept(t testing.TB, s Store) (ids []string) {
	t.Helper()
	list, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		ids = append(ids, d.ID)
	}
	return ids
}

func want(t testing.TB, s Store, hours ...int) {
	t.Helper()
	var want []string
	for _, n := range hours {
		want = append(want, id(n))
	}
	if diff := cmp.Diff(want, kept(t, s)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

// VIEW-1: documents are kept byte for byte, listed the newest first, and are there once if they are
// kept again after a crash. zcat reads them.
func TestKept(t *testing.T) {
	s := store(t, month)
	keep(t, s, 2, 0, 1, 2)
	list, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	first := Document{ID: id(2), Period: hour(2), Accepted: hour(2).Add(80 * time.Minute), Profile: 3,
		Bytes: len(body(2))}
	if diff := cmp.Diff(first, list[0]); diff != "" {
		t.Errorf("the newest (-want +got):\n%s", diff)
	}
	want(t, s, 2, 1, 0)
	for n := range 3 {
		if got, err := s.Read(id(n)); err != nil || string(got) != body(n) {
			t.Errorf("hour %d: got %q, %v", n, got, err)
		}
		if got, err := exec.Command("zcat", s.path(id(n))).Output(); err != nil || string(got) != body(n) {
			t.Errorf("zcat of hour %d: got %q, %v", n, got, err)
		}
	}
	info, err := os.Stat(s.path(id(0)))
	if err != nil || info.Mode() != 0o640 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	if _, err := s.Read(id(7)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an hour that is missing: got %v", err)
	}
	if n, err := s.Clear(); n != 3 || err != nil || len(kept(t, s)) > 0 {
		t.Errorf("clear: got %d, %v", n, err)
	}
}

// The history never exceeds its bounds, and always has the last document.
func TestBounds(t *testing.T) {
	for _, tt := range []struct {
		name string
		Bounds
		keep, want []int
	}{
		{"days", Bounds{1, 1 << 20}, []int{0, 1, 24, 26}, []int{26, 24}},
		{"size", Bounds{30, 3 * block}, []int{0, 1, 2, 3}, []int{3, 2, 1}},
		{"no days", Bounds{0, 1 << 20}, []int{0, 1}, []int{1}},
		{"no bytes", Bounds{30, 0}, []int{0, 1}, []int{1}},
		{"less than one document", Bounds{30, 10}, []int{0, 1}, []int{1}},
		{"an older one is sent late", Bounds{1, 1 << 20}, []int{48, -9}, []int{48, -9}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := store(t, tt.Bounds)
			keep(t, s, tt.keep...)
			touch(t, s, hour(99))
			want(t, s, tt.want...)
		})
	}
}

// touch sets the time at which all files were written.
func touch(t *testing.T, s Store, at time.Time) {
	t.Helper()
	files, err := s.files()
	for _, f := range files {
		err = errors.Join(err, os.Chtimes(f.path, at, at))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A clock that is years ahead for one cycle removes nothing, and one that was ahead for long leaves
// documents about the future, which are the first to be removed.
func TestClock(t *testing.T) {
	const years = 3 * 365 * 24
	s := store(t, month)
	keep(t, s, 0, 1)
	touch(t, s, hour(2))
	keep(t, s, years)
	want(t, s, years, 1, 0)
	s.bounds.Size = 3 * block
	keep(t, s, 2)
	want(t, s, 2, 1, 0)
	keep(t, s, -years)
	if _, err := s.Read(id(-years)); err != nil {
		t.Errorf("the clock is set back: %v", err)
	}
}

// T11: whatever has the name of a document costs only that document, other files are left alone, and
// the hour is kept again all the same.
func TestHostileFiles(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"empty":     func(path string) error { return os.Truncate(path, 0) },
		"truncated": func(path string) error { return os.Truncate(path, 150) },
		"zeros":     func(path string) error { return os.WriteFile(path, make([]byte, 300), 0o640) },
		"huge":      func(path string) error { return os.Truncate(path, 1<<40) },
		"of another hour": func(path string) error {
			packed, err := pack(id(7), []byte(body(1)), noon)
			return errors.Join(err, os.WriteFile(path, packed, 0o640))
		},
		"a bomb": func(path string) error { return os.WriteFile(path, bomb(), 0o640) },
		"link":   func(path string) error { return errors.Join(os.Remove(path), os.Symlink("elsewhere", path)) },
		"pipe":   func(path string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) },
		"folder": func(path string) error { return errors.Join(os.Remove(path), os.MkdirAll(path+"/x", 0o750)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := store(t, month)
			keep(t, s, 0, 1, 2)
			foreign := filepath.Join(s.dir, "notes.txt")
			if err := errors.Join(harm(s.path(id(1))), os.WriteFile(foreign, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Read(id(1)); !errors.Is(err, ErrDamaged) {
				t.Errorf("read: got %v", err)
			}
			keep(t, s, 3)
			got := slices.DeleteFunc(kept(t, s), func(name string) bool { return name == id(1) })
			if diff := cmp.Diff([]string{id(3), id(2), id(0)}, got); diff != "" {
				t.Errorf("the others (-want +got):\n%s", diff)
			}
			keep(t, s, 1)
			want(t, s, 3, 2, 1, 0)
			if _, err := os.Stat(foreign); err != nil {
				t.Error(err)
			}
		})
	}
}

// bomb is a small file that unpacks to 4 MB.
func bomb() []byte {
	var packed bytes.Buffer
	out := gzip.NewWriter(&packed)
	out.Name, out.Comment = id(1)+".json", fmt.Sprintf(format, "2026-03-01T12:00:00Z", 3, 4<<20)+" sha256="
	_, _ = out.Write(make([]byte, 4<<20))
	_ = out.Close()
	return packed.Bytes()
}

// T11: something else in place of the folder is displaced, and 10,000 foreign files do no harm.
func TestHostileFolder(t *testing.T) {
	for name, harm := range map[string]func(dir string) error{
		"file": func(dir string) error { return os.WriteFile(dir, []byte("x"), 0o600) },
		"link": func(dir string) error { return os.Symlink("/nowhere", dir) },
		"pipe": func(dir string) error { return syscall.Mkfifo(dir, 0o600) },
		"10,000 files": func(dir string) error {
			err := os.Mkdir(dir, 0o750)
			for n := range 10_000 {
				err = errors.Join(err, os.WriteFile(filepath.Join(dir, fmt.Sprint("x", n, suffix)), nil, 0o600))
			}
			return err
		},
	} {
		s := store(t, month)
		if err := harm(s.dir); err != nil {
			t.Fatal(err)
		}
		if list, err := s.List(); len(list) > 0 {
			t.Errorf("%s: got %v, %v", name, list, err)
		}
		keep(t, s, 0)
		want(t, s, 0)
	}
}

// What an interrupted write left is removed, and so is everything by [Store.Clear].
func TestLeftovers(t *testing.T) {
	s := store(t, month)
	keep(t, s, 0)
	left := filepath.Join(s.dir, "."+id(9)+suffix+".tmp")
	for _, remove := range []func(){func() { keep(t, s, 1) }, func() { _, _ = s.Clear() }} {
		if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		remove()
		if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	}
}

// counting is a disk that counts fsyncs.
type counting struct {
	durable.OS
	syncs *int
}

type countingFile struct {
	durable.File
	syncs *int
}

func (d counting) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	return countingFile{f, d.syncs}, err
}

func (f countingFile) Sync() error {
	*f.syncs++
	return f.File.Sync()
}

// SEND-1, SEND-5: a document costs two fsyncs, of its file and of the folder. One that is there already
// costs one: the process that wrote it may have been killed before it came to the folder.
func TestFsyncs(t *testing.T) {
	s := store(t, month)
	keep(t, s, 0)
	var got int
	s.disk = counting{syncs: &got}
	for name, want := range map[string]int{"again": 1, "another": 2} {
		got = 0
		keep(t, s, map[string]int{"again": 0, "another": 1}[name])
		if got != want {
			t.Errorf("%s: got %d fsyncs want %d", name, got, want)
		}
	}
}

// scarce is a disk with so many free bytes, before anything is removed.
type scarce struct {
	durable.OS
	free int64
}

func (d scarce) Free(string) (int64, bool) { return d.free, true }

// SEND-1: on a disk that is almost full, the history makes room for what is needed to send, and takes
// none itself.
func TestHistoryGivesWay(t *testing.T) {
	s := store(t, month)
	keep(t, s, 0, 1, 2, 3)
	for _, tt := range []struct {
		free int64
		left []int
	}{{reserve, []int{3, 2, 1, 0}}, {reserve - 1, []int{3, 2, 1}}, {reserve - 2*block, []int{3}}, {0, nil}} {
		s.disk = scarce{free: tt.free}
		if _, err := s.GiveWay(hour(4)); err != nil {
			t.Error(err)
		}
		want(t, s, tt.left...)
	}
	if err := s.Keep(id(4), []byte(body(4)), hour(5)); !errors.Is(err, errNoRoom) {
		t.Errorf("keep: got %v", err)
	}
}

// A program that only reads makes nothing, and a folder that cannot be written costs the history only.
func TestReadOnly(t *testing.T) {
	s := store(t, month)
	looks := Open(durable.ReadOnly(durable.OS{}), s.dir, month)
	if list, err := looks.List(); len(list) > 0 || err != nil {
		t.Errorf("no folder: got %v, %v", list, err)
	}
	keep(t, s, 0)
	want(t, looks, 0)
	if err := looks.Keep(id(1), nil, noon); !errors.Is(err, syscall.EROFS) {
		t.Errorf("keep: got %v", err)
	}
	want(t, looks, 0)
}

// [unpack] accepts only what [pack] makes, whatever byte is damaged.
func TestDamageIsFound(t *testing.T) {
	packed, err := pack(id(0), []byte(strings.Repeat(body(0), 9)), noon)
	if err != nil {
		t.Fatal(err)
	}
	for i := range packed {
		if i >= 3 && i < 10 { // flags, time and system of gzip's header say nothing about the document
			continue
		}
		for bit := range 8 {
			bad := bytes.Clone(packed)
			bad[i] ^= 1 << bit
			if _, got, err := unpack(id(0), bad); err == nil {
				t.Errorf("bit %d of byte %d: got %q", bit, i, got)
			}
		}
		if _, _, err := unpack(id(0), packed[:i]); err == nil {
			t.Errorf("cut to %d bytes: got no error", i)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	packed, _ := pack(id(0), []byte(body(0)), noon)
	f.Add(packed)
	f.Fuzz(func(t *testing.T, packed []byte) {
		d, body, err := unpack(id(0), packed)
		if err != nil {
			return
		}
		again, err := pack(id(0), body, d.Accepted)
		if err != nil {
			t.Fatal(err)
		}
		if _, got, err := unpack(id(0), again); err != nil || !bytes.Equal(got, body) {
			t.Errorf("got %q, %v want %q", got, err, body)
		}
	})
}

// BenchmarkMonth shows what a month of documents takes on the disk, and how long it takes to list it.
func BenchmarkMonth(b *testing.B) {
	s := store(b, month)
	document, err := os.ReadFile(os.Getenv("DOCUMENT"))
	if err != nil {
		document = []byte(body(0))
	}
	for n := range 720 {
		if err := s.Keep(id(n), document, hour(n+1)); err != nil {
			b.Fatal(err)
		}
	}
	files, err := s.files()
	if err != nil {
		b.Fatal(err)
	}
	var total, exact int64
	for _, f := range files {
		info, _ := os.Stat(f.path)
		total, exact = total+f.size, exact+info.Size()
	}
	for b.Loop() {
		if _, err := s.List(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(total), "bytes-on-disk")
	b.ReportMetric(float64(exact), "bytes-in-files")
}
