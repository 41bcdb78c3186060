package confine

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// ifRoot returns asRoot if the tests run as root, and asUser otherwise.
func ifRoot[T any](asRoot, asUser T) T {
	if os.Getuid() == 0 {
		return asRoot
	}
	return asUser
}

// SEND-5, CONS-4: a plugin cannot do anything that it does not need, and gets an error.
func TestRefusedOperations(t *testing.T) {
	plan, secrets := confined(t)
	secret, other := filepath.Join(secrets, "secret"), filepath.Join(secrets, "other")
	own := filepath.Join(plan.Folder, "own")
	host := strconv.Itoa(os.Getpid())
	for _, tt := range []struct {
		what string
		args []string
		want string
	}{
		{"nothing", nil, "done"},
		{"read", []string{secret}, "EACCES"},
		{"read", []string{"/etc/passwd"}, "EACCES"},
		{"list", []string{secrets}, "EACCES"},
		{"write", []string{other}, "EACCES"},
		{"write", []string{filepath.Join(os.TempDir(), "confined")}, "EACCES"},
		{"truncate", []string{other}, "EACCES"},
		{"remove", []string{other}, "EACCES"},
		{"mode", []string{other}, "EPERM"},
		{"owner", []string{other}, "EPERM"},
		{"touch", []string{other}, "EPERM"},
		{"move", []string{other, own}, "EACCES"},
		{"create", []string{own}, "done"},
		{"write", []string{own}, "EFBIG"},
		{"remove", []string{own}, "done"},
		{"folder", []string{own}, "EACCES"},
		{"link", []string{own}, "EACCES"},
		{"start", nil, "EPERM"},
		{"guess", nil, "signal: bad system call"},
		{"rank", nil, "10 3"},
		{"file in memory", nil, "EPERM"},
		{"shared memory", nil, "EPERM"},
		{"semaphore", nil, "EPERM"},
		{"queue", nil, "EPERM"},
		{"named queue", nil, "EPERM"},
		{"key", nil, "EPERM"},
		{"signal", []string{host}, "EPERM"},
		{"trace", []string{host}, "EPERM"},
		{"be traced", nil, "EPERM"},
		{"memory of", []string{host}, "EACCES"},
		{"priority", nil, "EPERM"},
		{"disk priority", nil, "EPERM"},
		{"namespace", nil, "EPERM"},
		{"namespace by clone", nil, "EPERM"},
		{"mount", []string{plan.Folder}, "EPERM"},
		{"cores", nil, "EPERM"},
		{"descriptors", nil, "2: EMFILE"},
	} {
		if got := try(t, plan, tt.what, tt.args...); got != tt.want {
			t.Errorf("%s %v: got %q want %q", tt.what, tt.args, got, tt.want)
		}
	}
	if text, err := os.ReadFile(other); err != nil || string(text) != "s3cret" {
		t.Errorf("the other file: got %q, %v want it as it was", text, err)
	}
}

// If a process may start others, they are confined too, and can only run the same binary.
func TestChildrenRunOnlyTheSameBinary(t *testing.T) {
	plan, secrets := confined(t)
	plan.Children = true
	for what, want := range map[string]string{"/bin/sh": "EACCES", "/proc/self/exe": "done",
		filepath.Join(secrets, "secret"): "EACCES"} {
		if got := try(t, plan, "execute", what); got != want {
			t.Errorf("execute %s: got %q want %q", filepath.Base(what), got, want)
		}
	}
	if got := try(t, plan, "namespace by clone"); got != "EPERM" {
		t.Errorf("namespace by clone: got %q want EPERM", got)
	}
}

// A plugin can read the paths that are granted, the system's own, OpenSSL's configuration among them
// (PLUG-1: a program that is linked with it starts), and nothing else.
func TestGrantedPaths(t *testing.T) {
	plan, secrets := confined(t)
	plan.Read = []string{filepath.Join(secrets, "secret"), filepath.Join(secrets, "missing")}
	plan.List = []string{secrets}
	for _, tt := range []struct{ what, path, want string }{
		{"read", "secret", "done"}, {"read", "other", "EACCES"}, {"read", "missing", "ENOENT"}, {"list", ".", "done"},
		{"write", "secret", "EACCES"},
		{"read", "/proc/stat", "done"}, {"list", "/sys/class/net", "done"}, {"read", "/etc/hosts", "done"},
		{"list", "/etc", "EACCES"}, {"read", "/etc/ssl/openssl.cnf", "done"},
		{"read", "/usr/lib/ssl/openssl.cnf", "done"},
		{"list", "/etc/ssl", "EACCES"}, {"list", "/etc/ssl/private", "EACCES"},
	} {
		path := tt.path
		if !filepath.IsAbs(path) {
			path = filepath.Join(secrets, path)
		}
		if got := try(t, plan, tt.what, path); got != tt.want {
			t.Errorf("%s %s: got %q want %q", tt.what, tt.path, got, tt.want)
		}
	}
}

// A plugin can reach only the network addresses of its configured sources, and none without a
// source.
func TestNetwork(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	abstract, err := net.Listen("unix", "@usagedata-test-"+strconv.Itoa(os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	defer abstract.Close()
	port := uint16(listener.Addr().(*net.TCPAddr).Port)
	none, _ := confined(t)
	unix1 := none
	unix1.Connect = true
	some := unix1
	some.Internet, some.Ports = true, []uint16{port}
	others := some
	others.Ports = []uint16{port + 1}
	own := filepath.Join(none.Folder, "s")
	stream := []string{strconv.Itoa(unix.AF_INET), strconv.Itoa(unix.SOCK_STREAM)}
	for _, tt := range []struct {
		name string
		plan Plan
		what string
		args []string
		want string
	}{
		{"none", none, "connect", []string{"tcp", listener.Addr().String()}, "EAFNOSUPPORT"},
		{"none", none, "connect", []string{"unix", "/run/nobody"}, "EACCES"},
		{"none", none, "listen", []string{"unix", own}, "done"},
		{"unix", unix1, "connect", []string{"unix", "/run/nobody"}, "ENOENT"},
		{"unix", unix1, "connect", []string{"tcp", listener.Addr().String()}, "EAFNOSUPPORT"},
		{"the port", some, "connect", []string{"tcp", listener.Addr().String()}, "done"},
		{"the port", some, "connect", []string{"unix", abstract.Addr().String()}, "EPERM"},
		{"another port", others, "connect", []string{"tcp", listener.Addr().String()}, "EACCES"},
		{"another port", others, "listen", []string{"tcp", "127.0.0.1:0"}, "EACCES"},
		{"another port", others, "fast open", nil, "EPERM"},
		{"MPTCP", some, "socket", append(slices.Clone(stream), "262"), "EAFNOSUPPORT"},
		{"SCTP", some, "socket", append(slices.Clone(stream), "132"), "EAFNOSUPPORT"},
		{"raw", some, "socket", []string{strconv.Itoa(unix.AF_INET), strconv.Itoa(unix.SOCK_RAW), "1"}, "EAFNOSUPPORT"},
		{"packets", some, "socket", []string{strconv.Itoa(unix.AF_PACKET), strconv.Itoa(unix.SOCK_RAW), "0"},
			"EAFNOSUPPORT"},
		{"routes", none, "socket", []string{strconv.Itoa(unix.AF_NETLINK), strconv.Itoa(unix.SOCK_RAW), "0"}, "done"},
		{"audit", none, "socket", []string{strconv.Itoa(unix.AF_NETLINK), strconv.Itoa(unix.SOCK_RAW), "9"},
			"EAFNOSUPPORT"},
	} {
		if got := try(t, tt.plan, tt.what, tt.args...); got != tt.want {
			t.Errorf("%s: %s %v: got %q want %q", tt.name, tt.what, tt.args, got, tt.want)
		}
	}
}

// TestPrivileges compares the privileges that the process has left, as the kernel reports them.
func TestPrivileges(t *testing.T) {
	plan, _ := confined(t)
	status := try(t, plan, "status")
	for word, want := range map[string]string{
		"NoNewPrivs:": "1", "Seccomp:": "2", "CapInh:": "0000000000000000", "CapAmb:": "0000000000000000",
		"CapPrm:": ifRoot("0000000000000004", "0000000000000000"), "CapEff:": ifRoot("0000000000000004",
			"0000000000000000"),
	} {
		_, rest, _ := strings.Cut(status, word)
		if fields := strings.Fields(rest); len(fields) == 0 || fields[0] != want {
			t.Errorf("%s got %.1q want %s", word, fields, want)
		}
	}
}
