package observe

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// PLUG-1: a started process is seen, and so are its acts, and those of its own children.
func TestDescendants(t *testing.T) {
	dir, self := folder(t), myself(t)
	for _, test := range []struct {
		role string
		args []string
		want []string
	}{
		{"start", []string{"/bin/true"}, []string{"process " + self, "execute /bin/true"}},
		{"child writes", []string{"new"}, []string{"process " + self, "execute /proc/self/exe", "write " + dir +
			"/new"}},
		{"grandchild", []string{"other"}, []string{
			"process " + self, "execute /proc/self/exe", "process " + self, "execute /proc/self/exe",
			"write " + dir + "/other",
		}},
		{"execute", []string{"/bin/true"}, []string{"execute /bin/true"}},
	} {
		acts, said := watched(t, nil, dir, test.role, test.args...)
		if diff := cmp.Diff(test.want, starts(acts)); diff != "" {
			t.Errorf("%s: said %q, want - got +\n%s", test.role, said, diff)
		}
	}
}

// starts returns the observed acts without the probe of Go's library, which starts a process that
// ends at once to learn the kernel's capabilities.
func starts(acts []Act) (all []string) {
	for _, text := range seen(acts) {
		if len(all) > 0 && strings.HasPrefix(text, "process ") && all[len(all)-1] == text || text == "write /dev/null" {
			continue
		}
		all = append(all, text)
	}
	return all
}

func myself(t *testing.T) string {
	t.Helper()
	path, err := os.Readlink("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Each act has the number of its process.
func TestActsHaveTheirProcess(t *testing.T) {
	acts, _ := watched(t, nil, folder(t), "child writes", "new")
	first, last := acts[0], acts[len(acts)-1]
	if first.Kind != Process || last.Kind != Write || first.PID == 0 || last.PID == 0 || first.PID == last.PID {
		t.Errorf("got %v and %v want a process and its child's write", first, last)
	}
}

// A signal to another process is seen with its number. Signals to own threads and signal 0 are not
// seen.
func TestSignals(t *testing.T) {
	own := strconv.Itoa(os.Getpid()) // SIGCONT has no effect on a running process
	for _, test := range []struct {
		role string
		want []string
	}{
		{"signal", []string{"signal " + own}},
		{"signal by file", []string{"signal " + own}},
		{"signal a thread", []string{"signal " + own}},
		{"signal a group's thread", []string{"signal " + own}},
		{"queue", []string{"signal " + own}},
		{"queue for a thread", []string{"signal " + own}},
		{"own a pipe for", []string{"signal " + own}},
		{"own a pipe for the group of", []string{"signal -" + own}},
		{"own a pipe by structure for", []string{"signal " + own}},
		{"own a pipe by request for", []string{"signal " + own}},
		{"own a pipe for itself", nil},
		{"signal itself", nil},
		{"ask", nil},
	} {
		acts, said := watched(t, nil, "/", test.role, own)
		// EFAULT if the call has no siginfo to queue
		if diff := cmp.Diff(test.want, seen(acts)); diff != "" || said != "done" && said != "EFAULT" {
			t.Errorf("%s: got %q, want - got +\n%s", test.role, said, diff)
		}
	}
	if acts, said := watched(t, nil, "/", "child signals"); said != "done" ||
		strings.Contains(strings.Join(seen(acts), " "), "signal") {
		t.Errorf("a child that signals itself: got %q %v", said, acts)
	}
}

// SEND-5: objects of the kernel that would outlive the program are seen.
func TestObjectsOfTheKernel(t *testing.T) {
	acts, said := watched(t, func(act Act) bool { return act.Kind != Leave }, "/", "leave objects")
	want := []string{"leave shared memory of System V (refused)", "leave a semaphore of System V (refused)",
		"leave a message queue of System V (refused)", "leave a message queue of POSIX (refused)",
		"leave a key (refused)"}
	if diff := cmp.Diff(want, seen(acts)); diff != "" || said != "EPERM" {
		t.Errorf("got %q, want - got +\n%s", said, diff)
	}
}

// The interpreter of a script is found as it is without observation.
func TestScript(t *testing.T) {
	dir := folder(t)
	if err := os.WriteFile(dir+"/script", []byte("#!/bin/sh\necho \"$0 $1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir + "/script", "./script", "script"} {
		command := &exec.Cmd{Path: path, Args: []string{"called", "x"}, Dir: dir}
		command.Stdout = new(strings.Builder)
		watch, err := Start(command, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
		if got := command.Stdout.(*strings.Builder).String(); got != path+" x\n" {
			t.Errorf("got %q want %q", got, path+" x\n")
		}
		if err := watch.Close(); err != nil {
			t.Error(err)
		}
	}
}
