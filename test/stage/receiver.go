package stage

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"

	"polycom.com/usagedata/test/privateca"
)

// Receiver is the vendor's own collection point as a process, with a folder as its store.
type Receiver struct {
	Dir     string // with config.yaml and store/
	Address string

	program   string
	authority *privateca.CA
	process   *exec.Cmd
	said      chan []byte // what it logged, once it has ended
}

const receiverConfig = `listen: ["127.0.0.1:0"]
inner: "127.0.0.1:0"
certificate: %[1]s/receiver.pem
key: %[1]s/receiver.pem
gather: 10ms
gather_late: 10ms
store:
  folder: %[1]s/store
  keep_free: 0
`

// startReceiver starts program, the built usagedata-collect, with its files in dir.
func startReceiver(program, dir string) (*Receiver, error) {
	authority, err := privateca.New()
	if err != nil {
		return nil, err
	}
	r := &Receiver{Dir: dir, program: program, authority: authority, said: make(chan []byte, 1)}
	own, err := authority.Issue("localhost", "127.0.0.1")
	if err != nil {
		return nil, err
	}
	text, err := privateca.PEM(own)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.MkdirAll(dir, 0o750),
		os.WriteFile(filepath.Join(dir, "receiver.pem"), text, 0o600),
		os.WriteFile(r.config(), fmt.Appendf(nil, receiverConfig, dir), 0o640)); err != nil {
		return nil, err
	}
	return r, r.start()
}

func (r *Receiver) config() string { return filepath.Join(r.Dir, "config.yaml") }

var receiving = regexp.MustCompile(`msg=receiving address=(\S+)`)

// start starts the process, and returns when it listens.
func (r *Receiver) start() error {
	r.process = exec.Command(r.program, "--config", r.config(), "receive")
	r.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	log, err := r.process.StderrPipe()
	if err == nil {
		err = r.process.Start()
	}
	if err != nil {
		return fmt.Errorf("start the receiver: %w", err)
	}
	address := make(chan string, 1)
	go func() {
		var all bytes.Buffer
		lines := bufio.NewScanner(io.TeeReader(log, &all))
		for lines.Scan() {
			if found := receiving.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
		}
		close(address)
		r.said <- all.Bytes()
	}()
	if r.Address = <-address; r.Address == "" {
		return fmt.Errorf("the receiver did not start: %w\n%s", r.process.Wait(), <-r.said)
	}
	return nil
}

// CA returns the file of the authority that the receiver's certificate is from.
func (r *Receiver) CA() []byte { return r.authority.PEM() }

// Run runs another command of the program on the same store, and returns what it prints.
func (r *Receiver) Run(args ...string) (string, error) {
	command := exec.Command(r.program, append([]string{"--config", r.config()}, args...)...)
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	if err := command.Run(); err != nil {
		return out.String(), fmt.Errorf("usagedata-collect %s: %w\n%s", args[0], err, problems.String())
	}
	return out.String(), nil
}

// Close ends the receiver as an operator does, and returns an error if it did not end well.
func (r *Receiver) Close() error {
	err := r.process.Process.Signal(syscall.SIGTERM)
	said := <-r.said
	if err := cmp.Or(r.process.Wait(), err); err != nil {
		return fmt.Errorf("end the receiver: %w\n%s", err, said)
	}
	return nil
}
