// Package servers starts real servers from Debian's packages for the duration of a test: an operator's
// own collection point, and a proxy in front of it. Each runs as an ordinary user, with its own port on
// loopback and its own folder, and is removed when the test ends.
package servers

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/test/privateca"
)

// Server is a folder and a port for one program, which can be restarted with another configuration.
type Server struct {
	Dir  string
	Port string

	t      testing.TB
	as     *syscall.Credential // nil: the user of the test
	output strings.Builder
	run    *exec.Cmd
	ended  chan error
}

// New creates the folder and reserves the port.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, Port: strconv.Itoa(Port(t))}
	var err error
	// Not below t.TempDir, which only the user of the test can enter.
	if s.Dir, err = os.MkdirTemp("", "ud-server"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(s.Dir) })
	if os.Getuid() == 0 {
		s.as = nobody(t)
		err = errors.Join(os.Chown(s.Dir, int(s.as.Uid), int(s.as.Gid)), os.Chmod(s.Dir, 0o755))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// nobody returns the credentials of a user that shares no group with the test.
func nobody(t testing.TB) *syscall.Credential {
	t.Helper()
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// Address returns host and port.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", s.Port) }

// Path returns the path of a name in the folder.
func (s *Server) Path(name string) string { return filepath.Join(s.Dir, name) }

// Write writes a file that the server reads into the folder. It replaces @DIR@ and @PORT@ in the text
// by the server's own. The placeholders are not letters alone, because letters occur by chance in one
// of some hundred certificates.
func (s *Server) Write(name, text string) {
	s.t.Helper()
	text = strings.NewReplacer("@DIR@", s.Dir, "@PORT@", s.Port).Replace(text)
	if err := os.WriteFile(s.Path(name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// Folder creates a folder, with its parents, to which the server may write.
func (s *Server) Folder(name string) {
	s.t.Helper()
	path := s.Dir
	for piece := range strings.SplitSeq(name, "/") {
		path = filepath.Join(path, piece)
		if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
			s.t.Fatal(err)
		}
		if s.as != nil {
			if err := os.Chown(path, int(s.as.Uid), int(s.as.Gid)); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// Start starts a program and waits until it listens.
func (s *Server) Start(program string, args ...string) {
	s.t.Helper()
	s.output.Reset()
	s.run = exec.Command(program, args...)
	s.run.Dir, s.run.Stdout, s.run.Stderr = s.Dir, &s.output, &s.output
	s.run.SysProcAttr = &syscall.SysProcAttr{Credential: s.as, Setpgid: true, Pdeathsig: syscall.SIGKILL}
	began := make(chan error)
	s.ended = make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the program is killed when the thread ends that started it
		err := s.run.Start()
		began <- err
		if err == nil {
			s.ended <- s.run.Wait()
		}
	}()
	if err := <-began; err != nil {
		s.run = nil
		s.t.Fatal(err)
	}
	for until := time.Now().Add(time.Minute); !s.listens(); <-time.After(10 * time.Millisecond) {
		select {
		case err := <-s.ended:
			s.run = nil
			s.t.Fatalf("%s ended: %v\n%s", program, err, s.output.String())
		default:
		}
		if time.Now().After(until) {
			s.t.Fatalf("%s does not come to listen", program)
		}
	}
}

func (s *Server) listens() bool {
	c, err := net.Dial("tcp", s.Address())
	if err == nil {
		c.Close()
	}
	return err == nil
}

// Stop ends the program and its child processes.
func (s *Server) Stop() {
	s.t.Helper()
	if s.run == nil {
		return
	}
	_ = s.run.Process.Signal(syscall.SIGTERM) // it may have ended already
	late := time.AfterFunc(20*time.Second, func() { _ = syscall.Kill(-s.run.Process.Pid, syscall.SIGKILL) })
	defer late.Stop()
	err := <-s.ended
	if status, ok := s.run.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signal() == syscall.SIGTERM {
		err = nil // HAProxy ends this way
	}
	if err != nil {
		s.t.Errorf("end of %s: %v\n%s", s.run.Path, err, s.output.String())
	}
	s.run = nil
}

// Certify writes the server's certificate and key, with their authority, and the authority of its
// clients.
func (s *Server) Certify(ca, clients *privateca.CA, host string) {
	s.t.Helper()
	own, err := ca.Issue(host)
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := privateca.PEM(own)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Write("server.pem", string(text)+string(ca.PEM()))
	s.Write("appliances.pem", string(clients.PEM()))
}
