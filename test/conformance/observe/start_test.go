package observe

import (
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

	"github.com/google/go-cmp/cmp"
)

// An observed program finds the same state as an unobserved one: descriptors, arguments,
// environment, folder, group, limits, its own name.
func TestObservedProgramFindsTheSameState(t *testing.T) {
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

// opened returns this binary's path by a descriptor of this process, which a child does not have.
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

// Start fails as [exec.Cmd.Start] does.
func TestStartFailsLikeExec(t *testing.T) {
	dir := folder(t)
	for name, want := range map[string]error{"none": fs.ErrNotExist, "file": fs.ErrPermission,
		"../file/x": fs.ErrNotExist} {
		command := &exec.Cmd{Path: name, Dir: dir}
		if watch, err := Start(command, nil); !errors.Is(err, want) || watch != nil ||
			strings.Contains(err.Error(), name) {
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

// A program that does not call [Launch] would start itself forever.
func TestProgramWithoutLaunchIsRefused(t *testing.T) {
	launchable.Store(false)
	defer launchable.Store(true)
	if _, err := Start(&exec.Cmd{Path: "/bin/true"}, nil); err == nil ||
		!strings.Contains(err.Error(), "does not call Launch") {
		t.Errorf("got %v want that it does not call Launch", err)
	}
}

// The kernel permits one listener for a process, so an observed program cannot observe, and gets an
// error.
func TestObservedProgramCannotObserve(t *testing.T) {
	if _, said := watched(t, nil, "/", "report unavailable"); said != "true" {
		t.Errorf("got %q want that it is unavailable", said)
	}
}

// S19: a machine on which a plugin cannot be watched is found before a plugin is started.
func TestProbe(t *testing.T) {
	if err := Probe(); err != nil {
		t.Errorf("got %v on this machine, on which the other tests pass", err)
	}
	command, said := played("/", "report blind")
	if err := command.Run(); err != nil || said.String() != "true" {
		t.Errorf("without the right to read a child's memory: got %q, %v, want that it is unavailable", said, err)
	}
}

// Each of twenty concurrent watches sees its own acts only.
func TestConcurrentWatchesAreSeparate(t *testing.T) {
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
			if last := acts[len(acts)-1]; last.Object != filepath.Join(dir, strconv.Itoa(n)) || watch.Count(Write) > 2 {
				t.Errorf("got %v want its own", seen(acts))
			}
			if err := watch.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// The suite need not run as root: the same tests pass as an unprivileged user.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		return // this is the run as an ordinary user
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
