package networkusage

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/rotation"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	standin "polycom.com/usagedata/test/appliance/networkusage"
)

// While files are rotated, by renaming or by copying and truncating, or grow, an export reports all
// of its rows or that it can't be read: never a part, and never a row twice.
func TestFilesThatChangeWhileTheyAreRead(t *testing.T) {
	e := standin.Export{Start: hour().Start, Minutes: 60, Scopes: 15}
	text, header := written(t, e), e.Header()
	half := bytes.LastIndexByte(text[:len(text)/2], '\n') + 1
	later := append(bytes.Clone(header), text[half:]...)
	want := known(e.Facts(hour().Start, hour().End))
	for name, change := range map[string]func(dir string, i int) error{
		"renamed":            func(dir string, i int) error { return rename(dir, i, header) },
		"copied and cut off": func(dir string, i int) error { return cutOff(dir, i, header) },
		"growing": func(dir string, _ int) error {
			return errors.Join(grow(dir+"/usage.csv", "Klinik,29539999,1,1,1,1\nKlinik,295"),
				os.Truncate(dir+"/usage.csv", int64(len(later))))
		},
	} {
		for range 5 {
			dir := folder(t, file{"usage.csv", later}, file{"usage.csv.1", text[:half]})
			readWhile(t, name, dir, want, change)
			if got, err := exportAt(dir).Read(t.Context(), hour()); err != nil || got.Rows != want.Rows {
				t.Errorf("%s: got %d rows afterwards, %v, want %d", name, got.Rows, err, want.Rows)
			}
		}
	}
}

// readWhile reads a folder while it is changed ten times.
func readWhile(t *testing.T, name, dir string, want Usage, change func(dir string, i int) error) {
	t.Helper()
	var changing sync.WaitGroup
	var over atomic.Bool
	changing.Go(func() {
		defer over.Store(true)
		for i := range 10 {
			if err := change(dir, i); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	defer changing.Wait()
	for !over.Load() {
		got, err := exportAt(dir).Read(t.Context(), hour())
		if err != nil && sdk.Explain(err) != sdk.SourceFailed {
			t.Fatalf("%s: got error %v, want it read or said to have failed", name, err)
		}
		got.Repeated, got.LeftOut = 0, 0
		if diff := cmp.Diff(want, got); err == nil && diff != "" {
			t.Fatalf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// rename rotates files that have been rotated i times.
func rename(dir string, i int, header []byte) error {
	return errors.Join(shift(dir, i), os.Rename(dir+"/usage.csv", dir+"/usage.csv.1"),
		os.WriteFile(dir+"/usage.csv", header, 0o600))
}

// cutOff rotates the files of a writer that keeps its file open.
func cutOff(dir string, i int, header []byte) error {
	text, err := os.ReadFile(dir + "/usage.csv")
	if err := errors.Join(err, shift(dir, i)); err != nil {
		return err
	}
	return errors.Join(os.WriteFile(dir+"/usage.csv.1", text, 0o600), os.Truncate(dir+"/usage.csv", 0),
		grow(dir+"/usage.csv", string(header)))
}

func shift(dir string, i int) error {
	path := func(n int) string { return dir + "/usage.csv." + strconv.Itoa(n) }
	for n := i + 1; n > 0; n-- {
		if err := os.Rename(path(n), path(n+1)); err != nil {
			return err
		}
	}
	return nil
}

func grow(path, by string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(by)
	return errors.Join(err, f.Close())
}

// Open files are compared with the folder again: a file that was added, removed or replaced by
// another is noticed.
func TestOpenFilesAreComparedWithTheFolder(t *testing.T) {
	for name, change := range map[string]func(dir string) error{
		"came":     func(dir string) error { return os.WriteFile(dir+"/c.csv", nil, 0o600) },
		"went":     func(dir string) error { return os.Remove(dir + "/a.csv") },
		"replaced": func(dir string) error { return os.Rename(dir+"/a.csv", dir+"/b.csv") },
		"made anew": func(dir string) error {
			return errors.Join(os.WriteFile(dir+"/.c.csv", nil, 0o600), os.Rename(dir+"/.c.csv", dir+"/b.csv"))
		},
		"moved": func(dir string) error { return os.Rename(dir+"/a.csv", dir+"/d.csv") },
	} {
		dir := folder(t, file{"a.csv", nil}, file{"b.csv", nil})
		before, err := list(dir)
		if err != nil {
			t.Fatal(err)
		}
		files, whole := before.open()
		if !whole || !files.match(before) {
			t.Fatal("got a change, want the files as they are")
		}
		if err := change(dir); err != nil {
			t.Fatal(err)
		}
		if after, err := list(dir); err != nil || files.match(after) {
			t.Errorf("%s: got the change unnoticed, %v", name, err)
		}
		files.close()
	}
}

// A file that is truncated while it is open is not a short file.
func TestTruncatedFiles(t *testing.T) {
	files, err := openAll(folder(t, file{"usage.csv", []byte(top + "a,29539500,1,1,1\n")}))
	if err != nil {
		t.Fatal(err)
	}
	defer files.close()
	if err := os.Truncate(files[0].name, int64(len(top))); err != nil {
		t.Fatal(err)
	}
	r := newReading(hour())
	err = r.file(t.Context(), io.NewSectionReader(files[0], 0, files[0].info.Size()))
	if !errors.Is(err, errChanged) || sdk.Explain(failed(err)) != sdk.SourceFailed {
		t.Errorf("got %v, want it changed", err)
	}
}

// All file descriptors are closed, on success and on failure.
func TestNothingIsLeftOpen(t *testing.T) {
	before := descriptors(t)
	for _, text := range []string{top, "garbage\n"} {
		twice := folder(t, file{"a.csv", []byte(text)}, file{"b.csv", []byte(text)})
		_, err := exportAt(twice).Read(t.Context(), hour())
		if (err != nil) != (text != top) {
			t.Errorf("got %v", err)
		}
	}
	if after := descriptors(t); after > before {
		t.Errorf("got %d descriptors, want %d", after, before)
	}
}

func descriptors(t *testing.T) int {
	entries, err := fs.ReadDir(os.DirFS("/proc/self"), "fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// A file behind a link is read together with the rotated files of the link's name, also below
// another root.
func TestALinkIsReadWithItsRotatedFiles(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"current": top + "a,29539500,1,1,1\n", "usage.csv.1": top +
		"a,29539501,1,1,1\n"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("current", filepath.Join(root, "usage.csv")); err != nil {
		t.Fatal(err)
	}
	env := sdktest.Env(t, sdktest.On{Root: root,
		Sources: map[string]any{sourceName: map[string]any{"files": "/usage.csv"}}})
	if got, err := Open(env).Read(t.Context(), hour()); err != nil || got.Rows != 2 {
		t.Errorf("got %d rows, %v, want those of both files", got.Rows, err)
	}
}

// large is a folder with a million files.
type large struct {
	prefix string
	given  int
	held   int // at a time
}

func (l *large) ReadDir(most int) (entries []fs.DirEntry, err error) {
	for ; l.given < 1_000_000 && (most <= 0 || len(entries) < most); l.given++ {
		entries = append(entries, named(l.prefix+strconv.Itoa(l.given)))
	}
	l.held = max(l.held, len(entries))
	if len(entries) == 0 {
		return nil, io.EOF
	}
	return entries, nil
}

type named string

func (n named) Name() string               { return string(n) }
func (n named) IsDir() bool                { return false }
func (n named) Type() fs.FileMode          { return 0 }
func (n named) Info() (fs.FileInfo, error) { return nil, fs.ErrNotExist }

// SEND-5: only a few names of a folder with a million files are held at a time, and listing stops
// if too many match.
func TestALargeFolderIsListedInBlocks(t *testing.T) {
	for prefix, want := range map[string]error{"other.": nil, "usage.csv.": errTooMany} {
		folder := &large{prefix: prefix}
		names, err := namesIn(folder, rotation.Of("usage.csv"))
		if !errors.Is(err, want) || len(names) > 0 || folder.held > 1_000 || want != nil && folder.given > 1_000 {
			t.Errorf("%s: got %d names, %v, %d held of %d", prefix, len(names), err, folder.held, folder.given)
		}
	}
}
