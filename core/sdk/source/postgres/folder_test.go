package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

func tree(t *testing.T, files map[string]int) string {
	t.Helper()
	root := t.TempDir()
	for name, size := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// used returns the disk usage of one file as the kernel reports it.
func used(t *testing.T, path string) (sum int64) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Sys().(*syscall.Stat_t).Blocks * 512
}

// CAT-system_resource_usage: if no server is configured, the size of the folder below the root is
// reported, without the targets of links.
func TestSizeOfAFolder(t *testing.T) {
	root := tree(t, map[string]int{"srv/db/base/1": 100_000, "srv/db/base/2": 5000, "srv/db/wal/3": 70_000,
		"elsewhere/large": 1 << 20})
	for link, to := range map[string]string{"srv/db/link": "../../elsewhere", "srv/db/file": "../../elsewhere/large",
		"srv/db/round": "."} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	var want int64
	for _, name := range []string{"", "base", "base/1", "base/2", "wal", "wal/3", "link", "file", "round"} {
		want += used(t, filepath.Join(root, "srv/db", name))
	}
	if want < 175_000 || want > 300_000 {
		t.Fatalf("the kernel counts %d bytes, want about 175000", want)
	}
	s, log := openAt(t, root, map[string]any{"path": "/srv/db"})
	if diff := cmp.Diff(Statistics{Configured: true, Engine: "folder", SizeBytes: &want}, read(t, s)); diff != "" ||
		log.String() != "" {
		t.Errorf("log %s (-want +got)\n%s", log, diff)
	}
	single, _ := openAt(t, root, map[string]any{"path": "/srv/db/wal/3"})
	if got, want := *read(t, single).SizeBytes, used(t, filepath.Join(root, "srv/db/wal/3")); got != want {
		t.Errorf("a single file: got %d, want %d", got, want)
	}
	if _, err := Row[license](t.Context(), s, "license"); sdk.Explain(err) != sdk.NotConfigured {
		t.Errorf("a view without a server: got %v, want %q", err, sdk.NotConfigured)
	}
}

func TestAFolderThatHasNoSize(t *testing.T) {
	deep := strings.Repeat("d/", maxDepth+1) + "f"
	root := tree(t, map[string]int{"deep/" + deep: 1, "haversham/f": 1})
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]sdk.Reason{"/absent-haversham": sdk.NotFound, "/pipe": sdk.Malformed,
		"/deep": sdk.Unexplained} {
		s, log := openAt(t, root, map[string]any{"path": path})
		got, err := s.Statistics(t.Context())
		if err == nil || sdk.Explain(err) != want || got != (Statistics{}) {
			t.Errorf("%s: got %+v, %v, want %q", path, got, err, want)
		}
		if text := fmt.Sprint(err, log); strings.Contains(text, "haversham") || strings.Contains(text, root) {
			t.Errorf("%s: got %q, want no path", path, text)
		}
	}
}

func TestTheWalkIsBoundedAndEndsWithItsContext(t *testing.T) {
	root := tree(t, map[string]int{"f": 1, "g": 1})
	w := walk{ctx: t.Context(), files: maxFiles - 2}
	info, err := os.Stat(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.add(root, info, 0); sdk.Explain(err) != sdk.Unexplained {
		t.Errorf("got %v, want that there are too many files", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := sizeOf(stopped, root); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// If a file disappears during the walk, that is not an error: databases remove files all the time.
func TestAFileThatGoes(t *testing.T) {
	root := tree(t, map[string]int{"base/1": 1})
	folder, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(root, "base")); err != nil {
		t.Fatal(err)
	}
	w := walk{ctx: t.Context()}
	if err := w.entry(root, folder[0], 1); err != nil || w.bytes != 0 {
		t.Errorf("got %d, %v, want nothing", w.bytes, err)
	}
}
