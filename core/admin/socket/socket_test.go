package socket

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func listen(t *testing.T, path string, group int) *Listener {
	t.Helper()
	l, err := Listen(path, group)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func refused(t *testing.T, path, want string) {
	t.Helper()
	l, err := Listen(path, -1)
	if err == nil {
		l.Close()
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want it refused: %s", err, want)
	}
}

// VIEW-3: only the service's user and the group may open the socket, and it is removed when the
// service ends.
func TestModeAndGroup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "admin.sock")
	l := listen(t, path, os.Getgid())
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != fs.ModeSocket|0o660 || int(info.Sys().(*syscall.Stat_t).Gid) != os.Getgid() {
		t.Errorf("got %v and %v, want a socket of mode 0660 and of the group", info, err)
	}
	them, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	them.Close()
	l.Close()
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 ||
		left[0].Name() != ".admin.sock.lock" {
		t.Errorf("left: got %v and %v, want the lock's file", left, err)
	}
}

// VIEW-3: a user other than the owner and outside the group cannot open the socket, whatever folder
// it is in.
func TestOthersCantConnect(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("only root can try as another user")
		return
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, gid := number(t, nobody.Uid), number(t, nobody.Gid)
	folder, err := os.MkdirTemp("", "ud") // t.TempDir is in a folder that others cannot enter
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		group int
		want  bool
	}{{"others", 1, false}, {"group", gid, true}} {
		path := filepath.Join(folder, c.name)
		listen(t, path, c.group)
		try := exec.Command("curl", "-sS", "--max-time", "1", "--unix-socket", path, "http://appliance/")
		try.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		out, _ := try.CombinedOutput()
		if got := !strings.Contains(string(out), "connect"); got != c.want {
			t.Errorf("%s: got connected %t (%s), want %t", c.name, got, out, c.want)
		}
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A socket of a process that has ended is replaced, as is a socket that a process left behind
// because it was killed while it made one.
func TestStaleIsReplaced(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "admin.sock")
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	old.SetUnlinkOnClose(false)
	old.Close()
	if err := os.Mkdir(filepath.Join(folder, ".s123"), 0o700); err != nil {
		t.Fatal(err)
	}
	listen(t, path, -1)
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 {
		t.Errorf("left: got %v and %v, want the socket and its lock", left, err)
	}
}

// A live socket is not replaced, whichever process serves it, and a file that is not a socket is
// not touched.
func TestNothingElseIsReplaced(t *testing.T) {
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	listen(t, path("ours"), -1)
	refused(t, path("ours"), "already listens there")
	theirs, err := net.Listen("unix", path("theirs"))
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	refused(t, path("theirs"), "another program already listens there")
	for _, err := range []error{
		os.WriteFile(path("file"), []byte("x"), 0o600), os.Mkdir(path("folder"), 0o700),
		os.Symlink(path("theirs"), path("link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"file", "folder", "link"} {
		refused(t, path(name), "a file that is not a socket is there")
	}
	if text, err := os.ReadFile(path("file")); err != nil || string(text) != "x" {
		t.Errorf("file: got %q and %v, want it untouched", text, err)
	}
}

// If the file at the path is not our socket when the service ends, it is not removed.
func TestCloseRemovesOursOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.sock")
	l := listen(t, path, -1)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("got %v, want the other file to be there", err)
	}
}

func TestUnsuitableFolders(t *testing.T) {
	folder := t.TempDir()
	open, closed := filepath.Join(folder, "open"), filepath.Join(folder, "closed")
	for path, mode := range map[string]fs.FileMode{open: 0o777, closed: 0o700} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, filepath.Join(open, "s"), "any user may put another socket")
	refused(t, filepath.Join(folder, "missing", "run", "s"), "create the socket's folder")
	if l, err := Listen(filepath.Join(closed, "s"), os.Getgid()); err == nil {
		l.Close()
		t.Error("got a socket that its group can't reach")
	}
}

func TestLongPaths(t *testing.T) {
	for length, want := range map[int]bool{maxFolder: true, maxFolder + 1: false} {
		folder := "/" + strings.Repeat("x", length-1)
		if err := CheckPath(folder + "/s"); (err == nil) != want {
			t.Errorf("folder of %d: got %v, want it to fit: %t", length, err, want)
		}
	}
	for length, want := range map[int]bool{maxPath: true, maxPath + 1: false} {
		if err := CheckPath("/" + strings.Repeat("x", length-1)); (err == nil) != want {
			t.Errorf("path of %d: got %v, want it to fit: %t", length, err, want)
		}
	}
	// The longest path that fits works.
	folder := t.TempDir()
	folder = filepath.Join(folder, strings.Repeat("x", maxFolder-len(folder)-1))
	listen(t, filepath.Join(folder, "s"), -1)
}

func TestGroup(t *testing.T) {
	for name, want := range map[string]string{"": "-1 <nil>", "root": "0 <nil>", "0": "0 <nil>",
		"no such": "-1 group no such is not known to this system"} {
		got, err := Group(name)
		if fmt.Sprint(got, " ", err) != want {
			t.Errorf("%q: got %d and %v, want %s", name, got, err, want)
		}
	}
}
