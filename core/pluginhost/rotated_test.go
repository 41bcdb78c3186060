package pluginhost

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/test/rotatedfile"
)

// A configured file opens to a plugin the files into which it was rotated, and no secret that
// shares its stem. The reading side in plugins (plugins/internal/networkusage) is tested with the
// same table.
func TestRotatedFilesAreReadable(t *testing.T) {
	for configured, names := range rotatedfile.Beside(t) {
		dir := t.TempDir()
		for _, name := range slices.Concat(names.Same, names.Others) {
			write(t, dir, name)
		}
		got, _, _ := withRotated(filepath.Join(dir, configured), dir, configured)
		for _, name := range names.Same {
			if !slices.Contains(got, filepath.Join(dir, name)) {
				t.Errorf("%s next to %s: got it closed", name, configured)
			}
		}
		for _, name := range names.Others {
			if slices.Contains(got, filepath.Join(dir, name)) {
				t.Errorf("%s next to %s: got it readable", name, configured)
			}
		}
	}
}

func write(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A file that is named like a rotated file but is not one, such as a link to a secret, stays
// closed.
func TestLinksAreNotTakenForRotatedFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "secret")
	if err := os.Symlink("secret", filepath.Join(dir, "usage.csv.1")); err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(dir, "usage.csv")
	if got, _, complete := withRotated(at, dir, "usage.csv"); !slices.Equal(got, []string{at}) || !complete {
		t.Errorf("got %v, complete %v, want the configured file alone", got, complete)
	}
}

// endless is a folder of more files than fit into memory.
type endless struct{ prefix string }

func (e endless) ReadDir(most int) (entries []fs.DirEntry, err error) {
	for i := range most {
		entries = append(entries, regular{e.prefix + strconv.Itoa(i)})
	}
	return entries, nil
}

type regular struct{ name string }

func (r regular) Name() string               { return r.name }
func (r regular) IsDir() bool                { return false }
func (r regular) Type() fs.FileMode          { return 0 }
func (r regular) Info() (fs.FileInfo, error) { return nil, fs.ErrNotExist }

// SEND-5: a folder is listed in blocks and up to a bound, however many files are in it.
func TestAFolderIsListedWithinBounds(t *testing.T) {
	for prefix, want := range map[string]int{"other.": 0, "usage.csv.": maxRotated} {
		if got, complete := rotated(endless{prefix}, "usage.csv"); len(got) != want || complete {
			t.Errorf("%s: got %d files, complete %v, want %d and that there may be more", prefix, len(got), complete,
				want)
		}
	}
}

// broken is a folder that fails after its first entries.
type broken struct{ err error }

func (b broken) ReadDir(int) ([]fs.DirEntry, error) {
	return []fs.DirEntry{regular{"usage.csv.1"}, regular{"usage.csv"}}, b.err
}

func TestFailedListingIsIncomplete(t *testing.T) {
	for err, want := range map[error]bool{io.EOF: true, fs.ErrPermission: false} {
		got, complete := rotated(broken{err}, "usage.csv")
		if !slices.Equal(got, []string{"usage.csv.1"}) || complete != want {
			t.Errorf("%v: got %v, complete %v", err, got, complete)
		}
	}
}

// If there are too many rotated files, the log says so, with the setting and without a path.
func TestTooManyRotatedFilesAreLogged(t *testing.T) {
	for count, want := range map[int]bool{maxRotated: false, maxRotated + 1: true} {
		root, log := t.TempDir(), bytes.Buffer{}
		for i := range count {
			write(t, root, "usage.csv."+strconv.Itoa(i))
		}
		host := &Host{Root: root, Log: hclog.New(&hclog.LoggerOptions{Output: &log})}
		var plan confine.Plan
		host.grantExisting(&plan, []configuredPath{{"export", "files", "/usage.csv"}})
		if len(plan.Read) != maxRotated+1 {
			t.Errorf("%d files: got %d readable, want %d", count, len(plan.Read), maxRotated+1)
		}
		logged := strings.Contains(log.String(), "source=export setting=files readable=256")
		if logged != want || strings.Contains(log.String(), root) {
			t.Errorf("%d files: got log %q", count, log.String())
		}
	}
}
