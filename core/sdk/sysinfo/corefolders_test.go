package sysinfo_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
	"polycom.com/usagedata/test/appliance/silent"
)

// If a folder can't be read, only that folder is missing, even if it is configured.
func TestAFolderThatMayNotBeRead(t *testing.T) {
	root := forAll(t)
	write(t, root, "open/core.1", "")
	write(t, root, "open/closed/core.2", "")
	if err := os.Chmod(filepath.Join(root, "open/closed"), 0); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func(t *testing.T) {
		for _, folders := range [][]string{{"/open"}, {"/open", "/open/closed"}, {"/open/closed", "/open"}} {
			if got := look(t, root, folders...); *got.Count != 1 || *got.Complete {
				t.Errorf("%v: got %d, complete %v, want 1 of 2", folders, *got.Count, *got.Complete)
			}
		}
		_, err := sysinfo.Cores(t.Context(), on(t, root),
			sysinfo.CoreSearch{Folders: []string{"/none", "/open/closed"}})
		if sdk.Explain(err) != sdk.NotPermitted || strings.Contains(err.Error(), "closed") {
			t.Errorf("got %v, want %q and no path", err, sdk.NotPermitted)
		}
	})
}

// SEND-5: if a folder is on a server that is gone, only that folder is missing, after some seconds,
// wherever it is.
func TestAFolderThatDoesNotAnswer(t *testing.T) {
	root := t.TempDir()
	write(t, root, "c/core.1", "")
	write(t, root, "c/a/b/README", "")
	write(t, root, "gone/README", "")
	if !silent.RunInChild(t, filepath.Join(root, "c/a/b"), filepath.Join(root, "gone")) {
		return
	}
	for folders, want := range map[string]sdk.Reason{"/c": "", "/gone /c": "", "/c /gone/x": "",
		"/gone /none": sdk.TimedOut} {
		began := time.Now()
		search := sysinfo.CoreSearch{Folders: strings.Fields(folders)}
		got, err := sysinfo.Cores(t.Context(), on(t, root), search)
		if took := time.Since(began); took > 2*lookup.Limit {
			t.Errorf("%s: it took %v", folders, took)
		}
		if err != nil && sdk.Explain(err) != want || err == nil && (want != "" || *got.Count != 1 || *got.Complete) {
			t.Errorf("%s: got %v, want 1, not complete, or %q", folders, err, want)
		}
	}
}

// forAll returns a folder that everyone may read.
func forAll(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Chmod(filepath.Dir(root), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

// asNobody runs part of a test as a user that may not read the closed files of others, even if root
// runs the test. The whole process changes its user, because the files may be read on any thread.
func asNobody(t *testing.T, part func(*testing.T)) {
	t.Helper()
	t.Run("as nobody", func(t *testing.T) {
		if os.Getuid() == 0 {
			if err := syscall.Setresuid(-1, nobody, -1); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := syscall.Setresuid(-1, 0, -1); err != nil {
					t.Error(err)
				}
			}()
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
		"|/usr/share/apport/apport %p":                            nil,

		"core": nil, "core.%p": nil, "": nil, "/core": nil,
		"/var/%e/core.%p": nil, "cores/core": nil, "/var/crash/%e": nil, "/var/crash/%h.%e.dump": nil,
		"|/usr/lib/systemd/systemd-coredump": {"/var/lib/systemd/coredump"}, "| /bin/false": nil,
		"/var/crash/%e.%p.dump": {"/var/crash"}, "/var/crash/core": {"/var/crash"}, "/var/crash/\xfc.core": nil,
	} {
		write(t, root, "proc/sys/kernel/core_pattern", pattern+"\n")
		if diff := cmp.Diff(want, sysinfo.CoreFolders(on(t, root))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", pattern, diff)
		}
	}
}

// Core files are found under every name that the kernel may be set to use: a folder full of them
// does not count as zero.
func TestCoreFilesAsTheKernelNamesThem(t *testing.T) {
	// the process of each file; empty if it is not a core file
	for pattern, files := range map[string]map[string]string{
		"core.%e": {"core.engine": "engine", "core.klinik": "other", "core.engine.gz": "engine",
			"engine": ""},
		"%e.%p.core": {"engine.17.core": "engine", "engine.core.txt": "",
			"engine_driver.17.core.zst": "engine_driver"},
		"%e-%e-%p":         {"engine-engine-17": "engine"},
		"core-%h-%E-%s":    {"core-isar-1-!opt!bin!engine-11": "engine", "core-isar-engine-6": "engine"},
		"dump_%t%%%q":      {"dump_1772362800%": "other", "dump_x%": ""},
		"%f.%P.%%.%":       {"engine_driver.9.%.": "engine_driver"},
		"core.%e (uses 1)": {"core.engine.17": "engine", "core.engine.log": ""},
		"|/usr/lib/systemd/systemd-coredump %P": {"core.engine.0.5f3c.17.1772362800000000.zst": "engine",
			"engine.17.coredump": ""},
	} {
		root := t.TempDir()
		name, uses, _ := strings.Cut(pattern, " (uses ")
		if !strings.HasPrefix(name, "|") {
			name = "/crash/" + name
		}
		write(t, root, "proc/sys/kernel/core_pattern", name+"\n")
		write(t, root, "proc/sys/kernel/core_uses_pid", strings.TrimSuffix(uses, ")")+"\n")
		want := map[string]int64{}
		for file, process := range files {
			write(t, root, "crash/"+file, "")
			if process != "" {
				want[process]++
			}
		}
		if diff := cmp.Diff(want, look(t, root, "/crash").ByProcess); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", pattern, diff)
		}
	}
}

// A configured folder may hold core files under names other than the kernel's; these count, too. If
// a name does not show its process, the count may be too low.
func TestCoreFilesUnderOtherNames(t *testing.T) {
	for file, want := range map[string]string{
		"engine.core": "engine", "engine.17.core.gz": "engine", "klinik.core": "other", "engine-core": "engine",
		"core_engine": "engine", "core-engine": "engine", "core.engine.zst": "engine", "core.gz": "other",
		"coredump": "other", "core.17.xz": "other",
		".core": "", "hardcore": "", "multi-core": "", "core_klinik": "", "core.txt": "", "score": "", "core.": "",
		"core.engine.log": "",
		"engine.cores":    "", "core.txt.gz": "", "engine": "", "coreutils-8.gz": "",
	} {
		root := t.TempDir()
		write(t, root, "proc/sys/kernel/core_pattern", "core\n")
		write(t, root, "crash/"+file, "")
		got := look(t, root, "/crash")
		if *got.Count == 1 != (want != "") || want != "" && got.ByProcess[want] != 1 || !*got.Complete {
			t.Errorf("%s: got %v, complete: %v, want it counted for %q", file, got.ByProcess, *got.Complete, want)
		}
	}
	for pattern, want := range map[string]bool{
		"|/usr/share/apport/apport -p%p": false, "|/usr/libexec/abrt-hook-ccpp %s": false, "/var/crash/%e": false,
		"/var/crash/\xfc.core": false, "core": true, "%e.core": true, "": true,
		"|/usr/lib/systemd/systemd-coredump %P": true,
	} {
		root := t.TempDir()
		write(t, root, "proc/sys/kernel/core_pattern", pattern+"\n")
		write(t, root, "crash/_opt_engine.0.crash", "")
		if got := look(t, root, "/crash"); *got.Complete != want {
			t.Errorf("%s: got complete: %v, want %v", pattern, *got.Complete, want)
		}
	}
}
