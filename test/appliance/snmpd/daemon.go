// Package snmpd runs a real agent for tests and the demo: net-snmp's snmpd, from the Debian package
// of that name, on a free loopback port, with chosen objects and nothing of the machine that it
// runs on. Only the objects are simulated: public monitoring plugins read them from such products,
// and their values are believable. If those have a table without saying how its rows are counted,
// or leave out a column's number, ours is inferred; see the sets.
//
// The agent reads only the configuration in its own folder, is alone in its process group, and is
// killed by Close and when the process that started it exits. It runs as the current user, root or
// not.
//
// An object is a line `override OID TYPE VALUE` of snmpd.conf. That serves GET and GETBULK at 10 µs
// an object and needs a fifth of a second to start with 16,000 of them. Of the types that it lacks,
// counter64 is served by `pass`: a shell script, generated from the objects, that snmpd runs for
// each of them. Each costs about 3 ms: use few.
package snmpd

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// program is the path of snmpd in Debian's package.
const program = "/usr/sbin/snmpd"

// Config describes the agent. The zero value serves only the agent's own engine, by version 2c.
type Config struct {
	Objects []Object

	V3             bool   // version 3 with authentication and privacy, and no community
	Authentication string // sha, sha256, sha384 or sha512; empty: sha256
	Privacy        string // aes, aes192 or aes256; empty: aes
}

// Daemon is a running agent. Call Close when it is no longer needed.
type Daemon struct {
	address, community      string
	user                    string // empty in version 2c
	authentication, privacy string
	passphrases             [2]string // of authentication and of privacy
	folder                  string

	process *os.Process
	output  bytes.Buffer  // output of snmpd, to be read when it has exited
	exited  chan struct{} // closed when it has exited
}

var (
	authentications = map[string]string{"sha": "SHA", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
	privacies       = map[string]string{"aes": "AES", "aes192": "AES-192", "aes256": "AES-256"}
)

// attempts bounds the tries to find a port that is still free when snmpd binds it.
const attempts = 5

// Start runs an agent until Close, and returns when it answers.
func Start(config Config) (*Daemon, error) {
	var all []error
	for range attempts {
		d, err := start(config)
		if err == nil {
			return d, nil
		}
		if all = append(all, err); !errors.Is(err, errExited) {
			break
		}
	}
	return nil, fmt.Errorf("start snmpd: %w", errors.Join(all...))
}

func start(config Config) (*Daemon, error) {
	d, err := prepare(config)
	if err != nil {
		return nil, err
	}
	if err := d.write(config); err != nil {
		return nil, errors.Join(err, os.RemoveAll(d.folder))
	}
	if err := d.run(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(d.folder))
	}
	if err := d.awaitAnswer(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// prepare chooses port, folder and secrets before snmpd runs.
func prepare(config Config) (*Daemon, error) {
	d := &Daemon{exited: make(chan struct{}), community: "canary-community-" + rand.Text()}
	if config.V3 {
		d.community, d.user = "", "canary-user-"+rand.Text()[:12]
		d.passphrases = [2]string{"canary-authentication-" + rand.Text(), "canary-privacy-" + rand.Text()}
		d.authentication, d.privacy = defaulted(config.Authentication, "sha256"), defaulted(config.Privacy, "aes")
		if authentications[d.authentication] == "" || privacies[d.privacy] == "" {
			return nil, fmt.Errorf("%s with %s is not supported", d.authentication, d.privacy)
		}
	}
	free, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d.address = free.LocalAddr().String()
	if err := free.Close(); err != nil {
		return nil, err
	}
	d.folder, err = os.MkdirTemp("", "snmpd-")
	return d, err
}

func defaulted(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// run starts the process. The goroutine keeps its thread as long as the process lives: for Linux, a
// parent dies when the thread that started the child exits.
func (d *Daemon) run() error {
	cmd := exec.Command(program, "-f", "-LE", "4", "-C", "-c", d.file("agent.conf"), "-I", modules)
	cmd.Env = []string{"SNMP_PERSISTENT_DIR=" + d.file("persistent"), "SNMPCONFPATH=" + d.folder, "MIBS=",
		"PATH=/usr/bin:/bin"}
	cmd.Stdout, cmd.Stderr = &d.output, &d.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		d.process = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait() // its output says more than its exit status
			close(d.exited)
		}
	}()
	return <-started
}

// firstOutputLine returns the first line of snmpd's output. Call it only after the agent has
// exited.
func (d *Daemon) firstOutputLine() string {
	first, _, _ := strings.Cut(strings.TrimSpace(d.output.String()), "\n")
	return first
}

// stateTimeout is how long the agent may take to change its state, even on a slow machine.
const stateTimeout = 20 * time.Second

// errExited reports an agent that exited before it answered, usually because its port was taken.
var errExited = errors.New("snmpd exited unexpectedly")

// awaitAnswer waits for the agent's first answer.
func (d *Daemon) awaitAnswer() error {
	return d.waitFor("snmpd does not answer", d.alive)
}

// waitFor polls until the condition holds.
func (d *Daemon) waitFor(timeoutMessage string, is func() bool) error {
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	late := time.After(stateTimeout)
	for !is() {
		select {
		case <-d.exited:
			return fmt.Errorf("%w: %s", errExited, d.firstOutputLine())
		case <-late:
			return errors.New(timeoutMessage)
		case <-again.C:
		}
	}
	return nil
}

// Stop stops the agent with SIGSTOP: it keeps its port and answers nothing until [Daemon.Continue].
// Close may be called at any time.
func (d *Daemon) Stop() error { return d.signal(syscall.SIGSTOP, "T") }

// Continue resumes a stopped agent.
func (d *Daemon) Continue() error { return d.signal(syscall.SIGCONT, "SRD") }

// signal sends a signal and waits until the process is in one of the states, by the letters of
// proc(5).
func (d *Daemon) signal(s syscall.Signal, states string) error {
	if err := syscall.Kill(d.process.Pid, s); err != nil {
		return fmt.Errorf("signal snmpd: %w", err)
	}
	return d.waitFor("snmpd does not change its state after the signal", func() bool {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", d.process.Pid))
		_, after, ok := strings.Cut(string(text), ") ")
		return err == nil && ok && strings.Contains(states, after[:1])
	})
}

// Close kills the agent with all its children, and removes its folder. If the agent has exited
// before, that is an error.
func (d *Daemon) Close() error {
	var early error
	select {
	case <-d.exited:
		early = fmt.Errorf("close snmpd: %w: %s", errExited, d.firstOutputLine())
	default:
		early = syscall.Kill(-d.process.Pid, syscall.SIGKILL) // it holds nothing that needs an orderly shutdown
	}
	<-d.exited
	return errors.Join(early, os.RemoveAll(d.folder))
}
