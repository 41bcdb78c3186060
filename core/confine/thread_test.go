package confine

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// restricted lists this process's threads that have given up privileges or have a seccomp filter.
func restricted(t *testing.T) (found []string) {
	t.Helper()
	threads, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range threads {
		text, _ := os.ReadFile(path)
		if strings.Contains(string(text), "\nNoNewPrivs:\t1") || strings.Contains(string(text), "\nSeccomp:\t2") {
			found = append(found, path)
		}
	}
	return found
}

// unconfinedWork does, on a thread of its own, work that a confined thread could not do.
func unconfinedWork(dir string) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := os.WriteFile(filepath.Join(dir, "free"), []byte("x"), 0o600); err != nil {
		return err
	}
	if err := os.Chmod(filepath.Join(dir, "free"), 0o640); err != nil {
		return err
	}
	if err := exec.Command("/bin/true").Run(); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	return listener.Close()
}

// The host keeps all its rights while one of its threads is confined ([RunOnThread]), whatever new
// threads it needs meanwhile, and afterwards.
func TestOtherThreadsAreNotConfined(t *testing.T) {
	for range 20 {
		waitUnrestricted(t)
		plan, dir := confined(t)
		RunOnThread(plan, func(Thread) {
			if got := restricted(t); len(got) != 1 {
				t.Errorf("got %d restricted threads, want the one", len(got))
			}
			if text, _ := os.ReadFile("/proc/thread-self/status"); !strings.Contains(string(text), "\nNoNewPrivs:\t1") {
				t.Error("the call runs on a free thread")
			}
			var all sync.WaitGroup
			for range 16 { // each on a thread, more than there are
				all.Go(func() {
					if err := unconfinedWork(t.TempDir()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			runtime.GC() // signals between the threads
			if err := os.WriteFile(filepath.Join(dir, "confined"), nil, 0o600); err == nil {
				t.Error("the confined thread could write")
			}
		})
	}
	waitUnrestricted(t)
}

// waitUnrestricted waits until the previous confined thread is gone.
func waitUnrestricted(t *testing.T) {
	t.Helper()
	for until := time.Now().Add(time.Minute); ; <-time.After(time.Millisecond) {
		left := restricted(t)
		if len(left) == 0 {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("still restricted: %v", left)
		}
	}
}

// If the first thread of the process were confined, it would be restricted forever, and shown as
// the process.
func TestFirstThreadIsNotConfined(t *testing.T) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil || strings.Contains(string(status), "\nNoNewPrivs:\t1") {
		t.Errorf("got the process restricted, %v", err)
	}
}

// TestReport fails if the code no longer applies one of the kernel's features. `make kernel` runs
// it on an older kernel, which lacks some of them, and the report must say so.
func TestReport(t *testing.T) {
	plan, _ := confined(t)
	var got Report
	RunOnThread(plan, func(thread Thread) { got = append(thread.Report, LimitsStatus(), WatchStatus(plan, nil)) })
	if lacking := got.Lacking(protection.All()); !slices.Equal(lacking, lackingHere()) {
		t.Errorf("got lacking %v want %v: %v", lacking, lackingHere(), got)
	}
	var listed []protection.Feature
	for _, m := range got {
		listed = append(listed, m.Feature)
	}
	if !slices.Equal(listed, protection.All()) {
		t.Errorf("got %v want %v", listed, protection.All())
	}
	if got := (Report{}).Lacking([]protection.Feature{protection.Files, "unheard of"}); len(got) != 2 {
		t.Errorf("got %v want both lacking", got)
	}
}

// lackingHere derives the missing features from the published history of Landlock's versions.
func lackingHere() (lacking []protection.Feature) {
	version, _, _ := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if version < 4 {
		lacking = append(lacking, protection.Network)
	}
	if version < 6 {
		lacking = append(lacking, protection.Signals)
	}
	return lacking
}

// A service need not run as root. The same tests pass as an unprivileged user.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		return // these are the tests as an ordinary user
	}
	dir, err := os.MkdirTemp("", "confine")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	binary := filepath.Join(dir, "tests")
	if err := copyTo(binary); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	// The page is in the source tree, which this user may not be able to enter.
	command := exec.Command(binary, "-test.v", "-test.run", "^Test[^A]", "-test.skip", "^TestThePage")
	command.Dir, command.Env = dir, append(os.Environ(), "TMPDIR="+dir)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	output, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "--- PASS: TestRefusedOperations") {
		t.Errorf("%v\n%s", err, output)
	}
}

func copyTo(path string) error {
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	if closing := to.Close(); err == nil {
		err = closing
	}
	return err
}
