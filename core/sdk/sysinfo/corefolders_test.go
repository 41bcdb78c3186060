package sysinfo_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

func TestAFolderThatMayNotBeRead(t *testing.T) {
	root := forAll(t)
	write(t, root, "open/core.1", "")
	write(t, root, "open/closed/core.2", "")
	if err := os.Chmod(filepath.Join(root, "open/closed"), 0); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func(t *testing.T) {
		got := look(t, root, "/open")
		if *got.Count != 1 || *got.Complete {
			t.Errorf("got %d, complete %v, want 1 of 2", *got.Count, *got.Complete)
		}
		_, err := sysinfo.Cores(t.Context(), on(t, root), sysinfo.CoreSearch{Folders: []string{"/open", "/open/closed"}})
		if sdk.Explain(err) != sdk.NotPermitted || strings.Contains(err.Error(), "closed") {
			t.Errorf("got %v, want %q and no path", err, sdk.NotPermitted)
		}
	})
}

// forAll is a folder that everyone may look into.
func forAll(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Chmod(filepath.Dir(root), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

// asNobody runs a part of a test on a thread that may not read what others closed, whoever runs the test. The thread is
// never unlocked, so it ends with the part.
func asNobody(t *testing.T, part func(*testing.T)) {
	t.Helper()
	t.Run("as nobody", func(t *testing.T) {
		runtime.LockOSThread()
		if os.Getuid() == 0 {
			if err := unix.Setfsuid(65534); err != nil {
				t.Fatal(err)
			}
		}
		part(t)
	})
}

func TestCoreFilesThatCantBeFound(t *testing.T) {
	root := t.TempDir()
	write(t, root, "file", "")
	for folder, want := range map[string]sdk.Reason{"/none": sdk.NotFound, "/file": sdk.SourceFailed} {
		got, err := sysinfo.Cores(t.Context(), on(t, root), sysinfo.CoreSearch{Folders: []string{folder}})
		if reason := sdk.Explain(err); err == nil || reason != want {
			t.Errorf("%s: got %v, %q, want %q", folder, got, reason, want)
		}
		if diff := cmp.Diff(sysinfo.CoreDumps{}, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", folder, diff)
		}
	}
}

func TestWhereTheKernelLeavesCoreFiles(t *testing.T) {
	root := t.TempDir()
	for pattern, want := range map[string][]string{
		"/var/crash/core.%e.%p.%t":                                {"/var/crash"},
		"|/usr/lib/systemd/systemd-coredump %P %u %g %s %t %c %h": {"/var/lib/systemd/coredump"},
		"|/usr/share/apport/apport %p":                            nil, "core": nil, "core.%p": nil, "": nil, "/core": nil,
		"/var/%e/core.%p": nil, "cores/core": nil,
	} {
		write(t, root, "proc/sys/kernel/core_pattern", pattern+"\n")
		if diff := cmp.Diff(want, sysinfo.CoreFolders(on(t, root))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", pattern, diff)
		}
	}
}
