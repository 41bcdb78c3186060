package frontend_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/test/servers"
	"polycom.com/usagedata/test/stage"
)

// The administrator who is logged in to the product, and the file in which nginx looks this up.
const (
	administrator = "erika"
	password      = "kestrel-hollow-88"
	users         = administrator + ":{PLAIN}" + password + "\n"
)

// appliance is an appliance with the product's front end, which runs as another user if the test is
// root.
type appliance struct {
	*stage.Stage
	t       *testing.T
	address string // of the front end, without a path
	socket  string
	as      *syscall.Credential // the front end's user; nil: the test's
	name    string
}

func set(t *testing.T) *appliance {
	t.Helper()
	// Outside t.TempDir, which only its owner can enter.
	dir, err := os.MkdirTemp("", "ud-front")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	f := &appliance{t: t, socket: filepath.Join(dir, "side", "s")}
	f.user()
	if f.Stage, err = stage.Set(stage.Plan{Dir: filepath.Join(dir, "stage"), Bin: bin, Product: product,
		Whole: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("close the stage: %v", err)
		}
	})
	f.configure(dir)
	f.start(f.Host("api"), func() bool { return f.answers("unix", f.socket) })
	f.nginx(filepath.Join(dir, "front"))
	return f
}

// user chooses another user, outside the host's groups, if the test is root.
func (f *appliance) user() {
	us, err := user.Current()
	if err != nil {
		f.t.Fatal(err)
	}
	f.name = us.Username
	if os.Getuid() != 0 {
		return
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		f.t.Fatal(err)
	}
	uid, uidErr := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(nobody.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		f.t.Fatal(err)
	}
	f.name, f.as = nobody.Username, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// configure gives the socket to the front end's group.
func (f *appliance) configure(dir string) {
	f.t.Helper()
	admin := fmt.Sprintf("\nadmin: {socket: %q}\n", f.socket)
	if f.as != nil {
		admin = fmt.Sprintf("\nadmin: {socket: %q, group: %q}\n", f.socket, strconv.Itoa(int(f.as.Gid)))
	}
	text, err := os.ReadFile(f.Config)
	if err == nil {
		err = errors.Join(os.WriteFile(f.Config, append(text, admin...), 0o640), os.Chmod(dir, 0o711), f.addPolicy())
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

// policy is the address of a page that no browser of these tests must load.
const policy = "https://privacy.example.invalid/policy"

// addPolicy gives the product's profile the address of the vendor's privacy policy.
func (f *appliance) addPolicy() error {
	path := filepath.Join(f.Dir, "products", product, "profile.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, "\nprivacy_policy: "+policy+"\n"...), 0o644)
}

// nginx starts the example, with only its address and the socket's path changed.
func (f *appliance) nginx(folder string) {
	f.t.Helper()
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(servers.Port(f.t)))
	f.address = "http://" + address
	example, err := os.ReadFile("../../cmd/host/examples/nginx.conf")
	page, pageErr := os.ReadFile("../../cmd/host/examples/product-page.html")
	if err := errors.Join(err, pageErr, os.Mkdir(folder, 0o755)); err != nil {
		f.t.Fatal(err)
	}
	conf := strings.NewReplacer(
		"127.0.0.1:8080", address, "/run/usagedata/admin.sock", f.socket,
	).Replace(string(example))
	for name, text := range map[string]string{"nginx.conf": conf, "product-page.html": string(page), "users": users} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			f.t.Fatal(err)
		}
	}
	if f.as != nil {
		if err := os.Chown(folder, int(f.as.Uid), int(f.as.Gid)); err != nil {
			f.t.Fatal(err)
		}
	}
	run := exec.Command("/usr/sbin/nginx", "-e", "stderr", "-p", folder, "-c", "nginx.conf")
	run.SysProcAttr = &syscall.SysProcAttr{Credential: f.as}
	f.start(run, func() bool { return f.answers("tcp", address) })
}

// start starts a program and waits until it is ready. At the end of the test it sends SIGTERM, and
// the program must exit.
func (f *appliance) start(run *exec.Cmd, ready func() bool) {
	f.t.Helper()
	var said strings.Builder
	run.Stderr = &said
	if err := run.Start(); err != nil {
		f.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	f.t.Cleanup(func() {
		run.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(20*time.Second, func() { run.Process.Kill() })
		defer late.Stop()
		if err := <-ended; err != nil {
			f.t.Errorf("end of %s: %v\n%s", run.Path, err, said.String())
		}
	})
	for until := time.Now().Add(time.Minute); !ready(); <-time.After(20 * time.Millisecond) {
		select {
		case err := <-ended:
			ended <- err
			f.t.Fatalf("%s ended: %v\n%s", run.Path, err, said.String())
		default:
		}
		if time.Now().After(until) {
			f.t.Fatalf("%s does not come to answer", run.Path)
		}
	}
}

func (f *appliance) answers(network, address string) bool {
	c, err := net.Dial(network, address)
	if err == nil {
		c.Close()
	}
	return err == nil
}

// wantDecision fails the test unless the host reports this decision.
func (f *appliance) wantDecision(want string) {
	f.t.Helper()
	out, err := f.Host("consent").CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || !strings.Contains(got, want) {
		f.t.Errorf("decision: got %q and %v, want …%s…", got, err, want)
	}
}
