package observe

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// played returns a command by which this binary plays a role in a folder.
func played(dir, role string, args ...string) (command *exec.Cmd, said *bytes.Buffer) {
	said = &bytes.Buffer{}
	return &exec.Cmd{
		Path: "/proc/self/exe", Args: append([]string{"observed"}, args...), Dir: dir, Stdout: said, Stderr: os.Stderr,
		Env: []string{roleOf + "=" + role, "GORACE=atexit_sleep_ms=0"},
	}, said
}

// watched plays a role to its end, and returns the observed acts and the role's output.
func watched(t *testing.T, allow func(Act) bool, dir, role string, args ...string) (acts []Act, said string) {
	t.Helper()
	command, out := played(dir, role, args...)
	watch, err := Start(command, allow)
	return ended(t, watch, err, command), out.String()
}

// ended waits for an observed command, and returns its acts.
func ended(t *testing.T, watch *Watch, err error, command *exec.Cmd) (acts []Act) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
	acts = watch.Acts()
	if err := watch.Close(); err != nil {
		t.Error(err)
	}
	return acts
}

// seen returns the acts for comparison, without their process, which differs.
func seen(acts []Act) (all []string) {
	for _, act := range acts {
		text := string(act.Kind) + " " + act.Object
		if !act.Let {
			text += " (refused)"
		}
		all = append(all, text)
	}
	return all
}

// folder returns a folder with a file, by the kernel's path for it.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// PLUG-1: on request reads are seen, too, but only those that are refused.
func TestReads(t *testing.T) {
	dir := folder(t)
	for role, want := range map[string]string{
		"read":            "read DIR/file (refused): EPERM",
		"openat2 to read": "read DIR/file (refused): EPERM",
		"write":           "write DIR/file: done",
	} {
		command, out := played(dir, role, "file")
		allow := func(act Act) bool { return act.Kind != Read || act.Object != filepath.Join(dir, "file") }
		watch, err := Start(command, allow, Read)
		got := strings.Join(seen(ended(t, watch, err, command)), ", ") + ": " + out.String()
		if got = strings.ReplaceAll(got, dir, "DIR"); got != want {
			t.Errorf("%s: got %s, want %s", role, got, want)
		}
	}
	if acts, said := watched(t, func(Act) bool { return false }, dir, "read", "file"); len(acts) > 0 || said != "x" {
		t.Errorf("reads are seen without a request: %v, %q", acts, said)
	}
}

// PLUG-1: changes to files are seen, whatever the call and however the file is named; reading is
// not.
func TestFiles(t *testing.T) {
	for _, test := range []struct {
		role string
		args []string // DIR is the working folder
		want []string
	}{
		{"read", []string{"DIR/file"}, nil},
		{"busy", nil, nil},
		{"openat2 to read", []string{"DIR/file"}, nil},
		{"write", []string{"DIR/file"}, []string{"write DIR/file"}},
		{"write", []string{"new"}, []string{"write DIR/new"}},
		{"write", []string{".//./new"}, []string{"write DIR/new"}},
		{"openat2 to write", []string{"new"}, []string{"write DIR/new"}},
		{"read and empty", []string{"file"}, []string{"write DIR/file"}},
		{"truncate", []string{"file"}, []string{"write DIR/file"}},
		{"remove", []string{"file"}, []string{"write DIR/file"}},
		{"folder", []string{"new"}, []string{"write DIR/new"}},
		{"within", []string{"DIR", "new"}, []string{"write DIR/new"}},
		{"behind", []string{"file"}, []string{"write DIR/file"}},
		{"link", []string{"new"}, []string{"write DIR/new"}},
		{"hard", []string{"file", "DIR/new"}, []string{"write DIR/new"}},
		{"move", []string{"file", "DIR/new"}, []string{"write DIR/file", "write DIR/new"}},
		{"mode", []string{"file"}, []string{"write DIR/file"}},
		{"owner", []string{"file"}, []string{"write DIR/file"}},
		{"touch", []string{"file"}, []string{"write DIR/file"}},
		{"pipe", []string{"new"}, []string{"write DIR/new"}},
		{"label", []string{"file"}, []string{"write DIR/file"}},
		{"nowhere", nil, []string{"write "}},
	} {
		t.Run(test.role, func(t *testing.T) {
			dir := folder(t)
			in := func(texts []string) (all []string) {
				for _, text := range texts {
					all = append(all, strings.ReplaceAll(text, "DIR", dir))
				}
				return all
			}
			acts, said := watched(t, nil, dir, test.role, in(test.args)...)
			if diff := cmp.Diff(in(test.want), seen(acts)); diff != "" {
				t.Errorf("want - got +\n%s", diff)
			}
			if test.role != "nowhere" && test.role != "label" && said != "done" && said != "text" {
				t.Errorf("got %q want it done", said)
			}
		})
	}
}

// A failed attempt is seen too.
func TestFailedAttemptIsSeen(t *testing.T) {
	dir := folder(t)
	acts, said := watched(t, nil, dir, "write", "none/new")
	if diff := cmp.Diff([]string{"write " + dir + "/none/new"}, seen(acts)); diff != "" || said != "ENOENT" {
		t.Errorf("got %q, acts: want - got +\n%s", said, diff)
	}
	acts, said = watched(t, nil, dir, "execute", dir+"/file")
	if diff := cmp.Diff([]string{"execute " + dir + "/file"}, seen(acts)); diff != "" || said != "EACCES" {
		t.Errorf("got %q, acts: want - got +\n%s", said, diff)
	}
}

// A refused act fails with EPERM and has no effect; the other acts go on.
func TestRefusedActHasNoEffect(t *testing.T) {
	dir := folder(t)
	allow := func(act Act) bool { return act.Kind != Write || act.Object == filepath.Join(dir, "file") }
	acts, said := watched(t, allow, dir, "move", "file", "new")
	want := []string{"write " + dir + "/file (refused)", "write " + dir + "/new (refused)"}
	if diff := cmp.Diff(want, seen(acts)); diff != "" || said != "EPERM" {
		t.Errorf("got %q, acts: want - got +\n%s", said, diff)
	}
	if acts, said = watched(t, allow, dir, "write", "file"); said != "done" || len(acts) != 1 || !acts[0].Let {
		t.Errorf("got %q %v want it let", said, acts)
	}
	nothing := func(Act) bool { return false }
	for role, args := range map[string][]string{
		"folder": {"new"}, "grandchild": {"new"}, "start": {"/bin/true"}, "execute": {"/bin/true"},
		"listen":  {"tcp", "127.0.0.1:0"},
		"connect": {"udp", "127.0.0.1:9"}, "send": {"9"}, "signal": {strconv.Itoa(os.Getpid())},
	} {
		acts, said := watched(t, nothing, dir, role, args...)
		if said != "EPERM" || len(acts) == 0 || acts[0].Let {
			t.Errorf("%s: got %q %v want it refused", role, said, acts)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new")); err == nil {
		t.Error("what was refused happened")
	}
}

// Calls that no filter can inspect fail with ENOSYS.
func TestUninspectableCallsFail(t *testing.T) {
	for _, role := range []string{"ring", "clone3"} {
		if acts, said := watched(t, nil, "/", role); said != "ENOSYS" || len(acts) != 0 {
			t.Errorf("%s: got %q %v want ENOSYS", role, said, acts)
		}
	}
}
