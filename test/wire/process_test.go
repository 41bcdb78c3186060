package wire

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// pointProcess is the collection point, as the appliance's process sees it.
type pointProcess struct {
	command   *exec.Cmd
	in        io.WriteCloser
	out       *bufio.Reader
	authority []byte
}

// startPoint starts it in a network namespace of its own, where it waits for the link.
func startPoint(s scene) (*pointProcess, error) {
	p := &pointProcess{command: play(executable(), "point", s)}
	p.command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, p.command.Start()
}

func (p *pointProcess) end() {
	p.in.Close()
	_ = p.command.Wait() // its output has been read
}

// lay creates the link, and returns once the point listens at its end.
func (p *pointProcess) lay(s scene) error {
	veth := fmt.Sprintf("ip link add name %s type veth peer name %s netns %d", link, link, p.command.Process.Pid)
	if err := run(veth); err != nil {
		return err
	}
	if err := s.furnish(0); err != nil {
		return err
	}
	return p.ask("listen", &p.authority)
}

func (p *pointProcess) counted() (s seen, err error) { return s, p.ask("count", &s) }

func (p *pointProcess) ask(what string, answer any) error {
	if _, err := fmt.Fprintln(p.in, what); err != nil {
		return fmt.Errorf("point: %w", err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("point: %w", err)
	}
	return json.Unmarshal(line, answer)
}
