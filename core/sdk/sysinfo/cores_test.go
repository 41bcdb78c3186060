package sysinfo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk/sysinfo"
)

var at = time.Date(2026, time.March, 1, 14, 0, 0, 0, time.UTC)

// aged sets the modification time of a file.
func aged(t *testing.T, root, path string, age time.Duration) {
	t.Helper()
	if err := os.Chtimes(filepath.Join(root, path), at, at.Add(-age)); err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, root string, folders ...string) sysinfo.CoreDumps {
	t.Helper()
	search := sysinfo.CoreSearch{Folders: folders, Names: []string{"engine", "engine_driver"}, At: at}
	got, err := sysinfo.Cores(t.Context(), on(t, root), search)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// CAT-core_dumps: core files are recognized by name and counted once each, regardless of links, and
// no file is opened.
func TestCoreFilesOfAKnownFolder(t *testing.T) {
	root := t.TempDir()
	for i, name := range []string{"core", "core.engine.4711", "old/2025/core.engine_driver.17.gz", "core.customer.4711",
		"core.txt", "corelist.1"} {
		write(t, root, "crash/"+name, strings.Repeat("x", 3000))
		aged(t, root, "crash/"+name, time.Duration(90-i)*time.Minute)
	}
	for link, to := range map[string]string{"core.1": "core", "core.engine.2": "/etc/passwd", "later": "old",
		"core.3": "old"} {
		if err := os.Symlink(to, filepath.Join(root, "crash", link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(filepath.Join(root, "crash/core"), filepath.Join(root, "crash/core.5")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(root, "crash/core.6"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := look(t, root, "/crash", "/crash/old")
	age, yes := 87*time.Minute, true
	want := sysinfo.CoreDumps{
		Count: n(4), TotalBytes: n(4 * 4096), NewestAge: &age, Complete: &yes,
		ByProcess: map[string]int64{"engine": 1, "engine_driver": 1, "other": 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A missing folder is not a folder without core files.
func TestAFolderThatIsMissing(t *testing.T) {
	root := t.TempDir()
	write(t, root, "crash/core.1", "")
	for _, folders := range [][]string{{"/crash", "/none"}, {"/none", "/crash"}} {
		if got := look(t, root, folders...); *got.Count != 1 || *got.Complete {
			t.Errorf("%v: got %d, complete %v, want 1, not complete", folders, *got.Count, *got.Complete)
		}
	}
}

// A core file is mostly a hole, and a clock may be wrong.
func TestSparseFilesAndFutureTimes(t *testing.T) {
	root := t.TempDir()
	write(t, root, "crash/core.1", "")
	if err := os.Truncate(filepath.Join(root, "crash/core.1"), 1<<40); err != nil {
		t.Fatal(err)
	}
	aged(t, root, "crash/core.1", -time.Hour)
	got := look(t, root, "/crash")
	if *got.TotalBytes != 0 || *got.NewestAge != 0 {
		t.Errorf("got %d bytes, %v old, want 0 and 0", *got.TotalBytes, *got.NewestAge)
	}
}

// SEND-5: a folder that others fill is read up to a bound, and the result says so if the bound was
// reached.
func TestTheSearchIsBounded(t *testing.T) {
	root := t.TempDir()
	for i := range 1000 {
		write(t, root, fmt.Sprintf("crash/core.%d", i), "")
	}
	if got := look(t, root, "/crash"); *got.Count != 1000 || !*got.Complete {
		t.Errorf("got %d of 1000, complete %v, want all", *got.Count, *got.Complete)
	}
	write(t, root, "crash/x", "")
	first := filepath.Join(root, "crash/x")
	for i := range 9500 { // other names of a file that is not a core file
		if err := os.Link(first, fmt.Sprint(first, i)); err != nil {
			t.Fatal(err)
		}
	}
	if got := look(t, root, "/crash"); *got.Count > 1000 || *got.Complete {
		t.Errorf("got %d of 10,500 entries, complete %v, want what is in 10,000 of them", *got.Count, *got.Complete)
	}
	write(t, root, "deep/1/2/3/core.1", "")
	write(t, root, "deep/1/2/3/4/core.2", "")
	if got := look(t, root, "/deep"); *got.Count != 1 || *got.Complete {
		t.Errorf("got %d, complete %v, want 1 of 2", *got.Count, *got.Complete)
	}
}
