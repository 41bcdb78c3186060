package observe

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// An observed program finds what it finds without us: descriptors, arguments, environment, folder, group, limits, its own name.
func TestState(t *testing.T) {
	for _, path := range []string{"/proc/self/exe", myself(t), opened(t)} {
		dir := folder(t)
		var said [2]string
		for i, start := range []func(*exec.Cmd) error{(*exec.Cmd).Start, observed(t)} {
			command, out := played(dir, "state", "an argument", "")
			command.Path, command.Env = path, append(command.Env, "NAME=value=1", "EMPTY=")
			command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := start(command); err != nil {
				t.Fatal(err)
			}
			if err := command.Wait(); err != nil {
				t.Error(err)
			}
			said[i] = out.String()
		}
		if diff := cmp.Diff(said[0], said[1]); diff != "" || !strings.Contains(said[0], "leads its group true") {
			t.Errorf("want - got +\n%s\n%s", diff, said[1])
		}
	}
}

// opened is this binary by a descriptor of this process, which a child does not have.
func opened(t *testing.T) string {
	t.Helper()
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return "/proc/self/fd/" + strconv.Itoa(int(file.Fd()))
}

func observed(t *testing.T) func(*exec.Cmd) error {
	return func(command *exec.Cmd) error {
		watch, err := Start(command, nil)
		if err == nil {
			t.Cleanup(func() {
				if err := watch.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		return err
	}
}

// Start fails as a command's own does.
func TestNotStarted(t *testing.T) {
	dir := folder(t)
	for name, want := range map[string]error{"none": fs.ErrNotExist, "file": fs.ErrPermission, "../file/x": fs.ErrNotExist} {
		command := &exec.Cmd{Path: name, Dir: dir}
		if watch, err := Start(command, nil); !errors.Is(err, want) || watch != nil || strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v want %v", name, err, want)
		}
		if command.ProcessState == nil || command.Path != name || command.Args != nil || command.ExtraFiles != nil {
			t.Errorf("%s: got %v, not waited for or not as it was", name, command)
		}
	}
	if _, err := Start(&exec.Cmd{}, nil); err == nil {
		t.Error("a command without a program was started")
	}
	if _, err := Start(exec.Command("no-such-program-anywhere"), nil); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("got %v want not found", err)
	}
}

// A program that calls no Launch would start itself for ever.
func TestNotLaunchable(t *testing.T) {
	launchable.Store(false)
	defer launchable.Store(true)
	if _, err := Start(&exec.Cmd{Path: "/bin/true"}, nil); err == nil || !strings.Contains(err.Error(), "does not call Launch") {
		t.Errorf("got %v want that it does not call Launch", err)
	}
}

// The kernel has one listener for a process: who is observed can't observe, and is told so.
func TestUnavailable(t *testing.T) {
	if _, said := watched(t, nil, "/", "tell what is unavailable"); said != "true" {
		t.Errorf("got %q want that it is unavailable", said)
	}
}

func TestExitCode(t *testing.T) {
	command, _ := played("/", "exit")
	watch, err := Start(command, nil)
	if err != nil {
		t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := command.Wait(); !errors.As(err, &ended) || ended.ExitCode() != 7 {
		t.Errorf("got %v want exit status 7", err)
	}
	if err := errors.Join(watch.Close(), watch.Close()); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

// A program that is killed leaves no descriptor and no goroutine, be the watch closed or not. (TestMain looks for goroutines.)
func TestKilled(t *testing.T) {
	for _, closing := range []bool{true, false} {
		before := descriptors(t)
		for range 5 {
			command, lifeline := waiting(t)
			watch, err := Start(command, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Process.Kill(); err != nil {
				t.Error(err)
			}
			if err := command.Wait(); err == nil || command.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Errorf("got %v want killed", err)
			}
			if closing {
				if err := watch.Close(); err != nil {
					t.Error(err)
				}
			} else if !ends(watch) {
				t.Error("the watching goes on")
			}
			lifeline.Close()
		}
		if after := descriptors(t); after > before {
			t.Errorf("closing %v: got %d descriptors want %d", closing, after, before)
		}
	}
}

func ends(watch *Watch) bool {
	select {
	case <-watch.done:
		return true
	case <-time.After(10 * time.Second):
		return false
	}
}

// waiting is a program that waits for its standard input to end.
func waiting(t *testing.T) (command *exec.Cmd, lifeline *os.File) {
	t.Helper()
	stdin, lifeline, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	command, _ = played("/", "wait")
	command.Stdin = stdin
	return command, lifeline
}

func descriptors(t *testing.T) int {
	t.Helper()
	all, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	sockets := 0
	for _, file := range all {
		if to, _ := os.Readlink(file); strings.HasPrefix(to, "socket:") || strings.Contains(to, "seccomp") {
			sockets++
		}
	}
	return sockets
}

// Who asked to be ended with its parent is, although another program was executed in between.
func TestEndsWithItsParent(t *testing.T) {
	command := &exec.Cmd{Path: "/proc/self/exe", Env: []string{roleOf + "=parent"}}
	stdin, lifeline, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	defer lifeline.Close() // which ends them, should this fail
	command.Stdin = stdin
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = command.Wait() // killed
	child := filepath.Join("/proc", strings.TrimSpace(line), "exe")
	for until := time.Now().Add(5 * time.Second); ; <-time.After(10 * time.Millisecond) {
		if _, err := os.Readlink(child); err != nil {
			return
		}
		if time.Now().After(until) {
			t.Fatal("it lives on")
		}
	}
}

// After Close nobody answers: what still runs is refused, and does not hang.
func TestClosedBeforeTheEnd(t *testing.T) {
	dir := folder(t)
	stdin, lifeline, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	command, said := played(dir, "late", "new")
	command.Stdin = stdin
	watch, err := Start(command, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(watch.Close(), lifeline.Close(), command.Wait()); err != nil || said.String() != "ENOSYS" {
		t.Errorf("got %q %v want ENOSYS", said, err)
	}
}

// Twenty at once see each its own acts.
func TestAtOnce(t *testing.T) {
	dir := folder(t)
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			command, said := played(dir, "child writes", strconv.Itoa(n))
			watch, err := Start(command, nil)
			if err != nil {
				t.Error(err)
				return
			}
			if err := command.Wait(); err != nil || said.String() != "done" {
				t.Errorf("got %q %v", said, err)
			}
			acts := watch.Acts()
			if last := acts[len(acts)-1]; last.What != filepath.Join(dir, strconv.Itoa(n)) || watch.Count(Write) > 2 {
				t.Errorf("got %v want its own", seen(acts))
			}
			if err := watch.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// The suite need not run as root. The same tests pass as a user who is nobody.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		return // these are the tests as an ordinary user
	}
	dir, err := os.MkdirTemp("", "observe")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	binary := filepath.Join(dir, "tests")
	if err := exec.Command("cp", "/proc/"+strconv.Itoa(os.Getpid())+"/exe", binary).Run(); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	command := exec.Command(binary, "-test.v", "-test.run", "^Test([^A]|At)")
	command.Dir, command.Env = dir, append(os.Environ(), "TMPDIR="+dir)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if err := errors.Join(os.Chmod(dir, 0o777), os.Chmod(binary, 0o755)); err != nil {
		t.Fatal(err)
	}
	said, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "--- PASS: TestFiles") {
		t.Errorf("%v\n%s", err, said)
	}
}
