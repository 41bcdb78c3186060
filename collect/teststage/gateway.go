// Package teststage starts servers that tests of the collection point need: a real S3 server, versitygw,
// on a folder of the test.
package teststage

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// These are the bucket of a [Gateway] and the account that may use it.
const (
	Bucket    = "usage"
	AccessKey = "collector"
	SecretKey = "not-a-secret-of-anybody"
	Region    = "us-east-1"
)

// Gateway is an S3 server of its own process, on a free port of the loopback interface.
type Gateway struct {
	// Endpoint is its URL.
	Endpoint string
	// Folder holds the objects of the bucket as files.
	Folder string
	// Refuses makes the server, from its next start on, refuse every request: it knows another account.
	Refuses bool

	t       testing.TB
	program string
	root    string
	process *os.Process
	exited  chan struct{}
}

// StartGateway starts an S3 server, which is killed at the end of the test. Its program is built by
// the first test that needs it, from the module tools, and kept in the cache of the go command.
func StartGateway(t testing.TB) *Gateway {
	t.Helper()
	root := t.TempDir()
	g := &Gateway{Endpoint: "http://" + freeAddress(t), Folder: filepath.Join(root, Bucket), t: t, root: root,
		program: build(t)}
	if err := os.Mkdir(g.Folder, 0o750); err != nil {
		t.Fatal(err)
	}
	g.Start()
	t.Cleanup(g.Stop)
	return g
}

// Start starts a stopped server again, on the same port and with the same objects, and waits until it
// accepts connections.
func (g *Gateway) Start() {
	g.t.Helper()
	address := strings.TrimPrefix(g.Endpoint, "http://")
	command := exec.Command(g.program, "--port", address, "--region", Region,
		"--quiet", "--keep-alive", "posix", g.root)
	account := AccessKey
	if g.Refuses {
		account = "another"
	}
	// Nothing of the environment: it has variables that change the server.
	command.Env = []string{"ROOT_ACCESS_KEY=" + account, "ROOT_SECRET_KEY=" + SecretKey}
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	started, exited := make(chan error), make(chan struct{})
	go func() {
		// The kernel kills the server when the thread that started it ends, which is with this process.
		runtime.LockOSThread()
		defer close(exited)
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait() // it is always killed
		}
	}()
	if err := <-started; err != nil {
		g.t.Fatalf("start versitygw: %v", err)
	}
	g.process, g.exited = command.Process, exited
	if !g.accepts(address) {
		g.Stop()
		g.t.Fatalf("versitygw does not accept connections:\n%s", output.String())
	}
}

// Stop kills the server, as a power failure would. A stopped server stays stopped.
func (g *Gateway) Stop() {
	_ = g.process.Kill() // an error means that it has exited
	<-g.exited
}

// accepts reports whether the server accepts a connection within some seconds.
func (g *Gateway) accepts(address string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			conn.Close()
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-g.exited:
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// build returns the path of the program.
func build(t testing.TB) string {
	t.Helper()
	command := exec.Command("go", "tool", "-n", "versitygw")
	command.Dir = filepath.Join(moduleRoot(t), "tools")
	// The same flags for every test, with and without the race detector: it is built once.
	command.Env = append(os.Environ(), "GOFLAGS=-trimpath", "GOWORK=off")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("build versitygw: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func moduleRoot(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "polycom.com/usagedata/collect").Output()
	if err != nil {
		t.Fatalf("find the module: %v", err)
	}
	return strings.TrimSpace(string(out))
}
