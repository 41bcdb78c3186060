// Package snmpd runs a real agent for tests and the demo: net-snmp's snmpd, from the Debian package of that name, on a
// free loopback port, with objects of our choice and nothing of the machine that it runs on. Only the objects are a
// stand-in: they are what public monitoring plugins read of such products, with believable values. Where those have a
// table without saying how its rows are counted, or leave a column's number out, ours is inferred; see the sets.
//
// The agent reads no configuration but its own folder's, is alone in its process group, and is killed by Close and by
// the end of the process that started it. It runs as who starts it, root or not.
//
// An object is a line `override OID TYPE VALUE` of snmpd.conf. That serves GET and GETBULK at 10 µs an object and needs
// a fifth of a second to start with 16,000 of them. Of the types that it lacks, counter64 is served by `pass`: a shell
// script, made from the objects, that snmpd runs for each of them. Those cost some 3 ms each: use few.
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

// Program is what Debian's package snmpd installs.
const Program = "/usr/sbin/snmpd"

// Config says what to serve. The zero value serves nothing but the agent's own engine, by version 2c.
type Config struct {
	Objects []Object

	V3             bool   // version 3 with authentication and privacy, and no community
	Authentication string // sha, sha256, sha384 or sha512; empty: sha256
	Privacy        string // aes, aes192 or aes256; empty: aes
}

// Daemon is an agent that runs. Close it.
type Daemon struct {
	address, community      string
	user                    string // empty in version 2c
	authentication, privacy string
	passphrases             [2]string // of authentication and of privacy
	folder                  string

	process *os.Process
	said    bytes.Buffer  // by snmpd, to be read when it has ended
	ended   chan struct{} // closed when it has
}

var (
	authentications = map[string]string{"sha": "SHA", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
	privacies       = map[string]string{"aes": "AES", "aes192": "AES-192", "aes256": "AES-256"}
)

// attempts to find a port that nobody takes between our asking and snmpd's.
const attempts = 5

// Start runs an agent until Close, and returns when it answers.
func Start(config Config) (*Daemon, error) {
	var all []error
	for range attempts {
		d, err := start(config)
		if err == nil {
			return d, nil
		}
		if all = append(all, err); !errors.Is(err, errEnded) {
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
	if err := d.answers(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// prepare decides what has to be decided before snmpd runs: port, folder and secrets.
func prepare(config Config) (*Daemon, error) {
	d := &Daemon{ended: make(chan struct{}), community: "canary-community-" + rand.Text()}
	if config.V3 {
		d.community, d.user = "", "canary-user-"+rand.Text()[:12]
		d.passphrases = [2]string{"canary-authentication-" + rand.Text(), "canary-privacy-" + rand.Text()}
		d.authentication, d.privacy = defaulted(config.Authentication, "sha256"), defaulted(config.Privacy, "aes")
		if authentications[d.authentication] == "" || privacies[d.privacy] == "" {
			return nil, fmt.Errorf("%s with %s is not known", d.authentication, d.privacy)
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

// run starts the process. The goroutine keeps its thread as long as the process lives: a parent's death is, for Linux,
// the death of the thread that started the child.
func (d *Daemon) run() error {
	cmd := exec.Command(Program, "-f", "-LE", "4", "-C", "-c", d.file("agent.conf"), "-I", modules)
	cmd.Env = []string{"SNMP_PERSISTENT_DIR=" + d.file("persistent"), "SNMPCONFPATH=" + d.folder, "MIBS=",
		"PATH=/usr/bin:/bin"}
	cmd.Stdout, cmd.Stderr = &d.said, &d.said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		d.process = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait() // what it said is more telling than how it ended
			close(d.ended)
		}
	}()
	return <-started
}

// complaint is the first thing that snmpd said. It may be asked for when the agent has ended.
func (d *Daemon) complaint() string {
	first, _, _ := strings.Cut(strings.TrimSpace(d.said.String()), "\n")
	return first
}

// patience is how long a change of the agent's state may take, with a slow machine in mind.
const patience = 20 * time.Second

// errEnded is an agent that ended before it answered, for want of its port in most cases.
var errEnded = errors.New("it ended by itself")

// answers waits for the agent's first answer.
func (d *Daemon) answers() error {
	return d.until("it does not answer", d.alive)
}

// until looks again and again.
func (d *Daemon) until(otherwise string, is func() bool) error {
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	late := time.After(patience)
	for !is() {
		select {
		case <-d.ended:
			return fmt.Errorf("%w: %s", errEnded, d.complaint())
		case <-late:
			return errors.New(otherwise)
		case <-again.C:
		}
	}
	return nil
}

// Stop stops the agent as it is: it keeps its port and answers nothing until Continue. Close may be called at any time.
func (d *Daemon) Stop() error { return d.signal(syscall.SIGSTOP, "T") }

// Continue lets a stopped agent go on.
func (d *Daemon) Continue() error { return d.signal(syscall.SIGCONT, "SRD") }

// signal sends one and waits until the process is in one of the states, by the letters of proc(5).
func (d *Daemon) signal(s syscall.Signal, states string) error {
	if err := syscall.Kill(d.process.Pid, s); err != nil {
		return fmt.Errorf("signal snmpd: %w", err)
	}
	return d.until("snmpd does not heed the signal", func() bool {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", d.process.Pid))
		_, after, ok := strings.Cut(string(text), ") ")
		return err == nil && ok && strings.Contains(states, after[:1])
	})
}

// Close kills the agent with all that it started, and removes its folder. An agent that has ended before is an error.
func (d *Daemon) Close() error {
	var early error
	select {
	case <-d.ended:
		early = fmt.Errorf("close snmpd: %w: %s", errEnded, d.complaint())
	default:
		early = syscall.Kill(-d.process.Pid, syscall.SIGKILL) // it holds nothing that would be worth an orderly end
	}
	<-d.ended
	return errors.Join(early, os.RemoveAll(d.folder))
}
