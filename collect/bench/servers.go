package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"polycom.com/usagedata/test/privateca"
)

// contestant starts a server in its own folder, which listens on a port.
type contestant func(s *process, o options) error

// process is a server that takes documents over TLS.
type process struct {
	folder, stored string
	port           int
	authority      *privateca.CA
	run            *exec.Cmd
	output         bytes.Buffer
}

// newServer makes a server's folder, with its certificate, and starts it.
func newServer(o options, of contestant) (s *process, err error) {
	s = &process{folder: filepath.Join(o.work, "server")}
	if err := errors.Join(os.RemoveAll(s.folder), os.MkdirAll(s.folder, 0o755)); err != nil {
		return nil, err
	}
	if s.authority, err = privateca.New(); err != nil {
		return nil, err
	}
	own, err := s.authority.Issue("localhost")
	if err != nil {
		return nil, err
	}
	text, err := privateca.PEM(own)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(s.path("server.pem"), text, 0o600); err != nil {
		return nil, err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.port = free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	if err := of(s, o); err != nil {
		return nil, err
	}
	return s, s.await()
}

func (s *process) path(name string) string { return filepath.Join(s.folder, name) }

func (s *process) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

func (s *process) start(program string, args ...string) error {
	s.run = exec.Command(program, args...)
	s.run.Stderr = &s.output
	s.run.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	return s.run.Start()
}

// await returns when the server listens.
func (s *process) await() error {
	for range 500 {
		if c, err := net.Dial("tcp", s.address()); err == nil {
			return c.Close()
		}
		<-time.After(20 * time.Millisecond)
	}
	s.stop()
	return fmt.Errorf("%s does not listen: %s", s.run.Path, s.output.String())
}

func (s *process) pid() int { return s.run.Process.Pid }

func (s *process) stop() {
	_ = s.run.Process.Signal(syscall.SIGTERM)
	_ = s.run.Wait() // a signal ends it
	_ = os.RemoveAll(s.folder)
}

// receiver is ours, with a folder as its store. Its limits allow that all senders have one address.
func receiver(s *process, o options) error {
	s.stored = s.path("store")
	configuration := fmt.Sprintf("listen: [%q]\ninner: 127.0.0.1:0\ncertificate: %q\nkey: %q\n"+
		"gather: %v\ngather_late: %v\nstore: {folder: %q, keep_free: 0}\nlimits: {requests_per_peer: 100000000}\n",
		s.address(), s.path("server.pem"), s.path("server.pem"), o.gather, o.gather, s.stored)
	if err := os.WriteFile(s.path("config.yaml"), []byte(configuration), 0o600); err != nil {
		return err
	}
	return s.start(o.receiver, "receive", "--config", s.path("config.yaml"))
}

// webdav is nginx with the example for operators, without certificates of appliances.
func webdav(s *process, o options) error {
	s.stored = s.path("data/v1")
	return nginx(s, o)
}

// noContent is nginx that answers 204 and stores nothing.
func noContent(s *process, o options) error {
	return nginx(s, o, "dav_methods PUT;", "return 204;", "dav_access user:rw;", "")
}

func nginx(s *process, o options, changes ...string) error {
	example, err := os.ReadFile(o.example)
	if err != nil {
		return err
	}
	begin := "daemon off;\nworker_processes auto;\n"
	if os.Getuid() == 0 {
		begin += "user root;\n"
	}
	changes = append(changes, "daemon off;\n", begin, "listen 8443", "listen "+s.address(),
		"/etc/nginx/", s.folder+"/", "server.key", "server.pem", "ssl_verify_client on;", "",
		"ssl_client_certificate /etc/nginx/appliances.pem;", "")
	text := strings.NewReplacer(changes...).Replace(string(example))
	if err := os.WriteFile(s.path("nginx.conf"), []byte(text), 0o600); err != nil {
		return err
	}
	products, err := filepath.Glob(filepath.Join(o.plugins, "*", "profile.yaml"))
	for _, path := range products {
		product := filepath.Base(filepath.Dir(path))
		err = errors.Join(err, os.MkdirAll(s.path("data/v1/usage/"+product), 0o755))
	}
	if err != nil {
		return err
	}
	return s.start("nginx", "-e", "stderr", "-p", s.folder, "-c", s.path("nginx.conf"))
}
