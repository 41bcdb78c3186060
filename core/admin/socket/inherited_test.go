package socket

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// child makes this test the process that inherits, and that reports the result.
const child = "USAGEDATA_TEST_INHERITS"

// inherits starts a process as systemd does, with these sockets open, and returns the result of
// [Inherited] there.
func inherits(t *testing.T, sockets ...*os.File) string {
	t.Helper()
	run := exec.Command("sh", "-c", `LISTEN_PID=$$ exec "$0" -test.run='^TestInherited$'`, os.Args[0])
	run.Env = append(os.Environ(), child+"=1", "LISTEN_FDS="+string(rune('0'+len(sockets))))
	run.ExtraFiles = sockets
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	said, _, _ := strings.Cut(string(out), "\n")
	return said
}

func say() {
	l, err := Inherited()
	switch {
	case err != nil:
		os.Stdout.WriteString(err.Error() + "\n")
	case l == nil:
		os.Stdout.WriteString("none\n")
	default:
		os.Stdout.WriteString(l.Addr().Network() + "\n")
	}
}

func unixSocket(t *testing.T, mode os.FileMode) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	f, err := l.File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// VIEW-3: a socket from systemd is accepted only if it is not open to every user.
func TestInherited(t *testing.T) {
	if os.Getenv(child) != "" {
		say()
		return
	}
	remote, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer remote.Close()
	network, err := remote.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer network.Close()
	for _, c := range []struct {
		what    string
		sockets []*os.File
		want    string
	}{
		{"nothing", nil, "none"},
		{"a socket", []*os.File{unixSocket(t, 0o660)}, "unix"},
		{"a socket for all users", []*os.File{unixSocket(t, 0o666)}, "every user may open"},
		{"a network socket", []*os.File{network}, "not a unix socket"},
		{"two", []*os.File{unixSocket(t, 0o660), unixSocket(t, 0o660)}, "systemd passes 2 sockets"},
	} {
		if got := inherits(t, c.sockets...); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}
