package processes

import (
	"errors"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// zombie starts a process that ends at once, and waits until it has, without asking how: that makes it a zombie.
func (p *Processes) zombie(name string) error {
	process, err := p.run(name, "true", "/")
	if err != nil {
		return err
	}
	p.zombies = append(p.zombies, process)
	for {
		err := unix.Waitid(unix.P_PID, process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// run starts a program under another name in a folder. Its process group is its own, so that no signal of a terminal is
// for it.
func (p *Processes) run(name, program, dir string, args ...string) (*os.Process, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, err
	}
	link, err := p.link(name, path)
	if err != nil {
		return nil, err
	}
	return os.StartProcess(link, append([]string{name}, args...),
		&os.ProcAttr{Dir: dir, Sys: &syscall.SysProcAttr{Setpgid: true}})
}
