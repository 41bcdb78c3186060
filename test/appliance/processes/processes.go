// Package processes causes faults of an appliance, for tests and the demo: real zombies, real core
// files if this machine's kernel writes them to the folder of the crashing process, and real
// listeners. Only the names are invented: the kernel names a process after the link that started
// it, so a link to true(1) or sleep(1) is enough.
//
// If the kernel is set to write core files elsewhere, files with such names replace them. Close
// leaves nothing behind; zombies and listeners also end with the process that created them.
package processes

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Config describes the processes to create. The zero value creates none.
type Config struct {
	Zombies map[string]int // how many, by the name of the process
	Cores   map[string]int // the same for core files; they need Dir
	Listen  []Address
	Dir     string // the caller's folder for core files: each is named core.NAME.PID
}

// Address is an address to listen on. Port 0 is a free port.
type Address struct {
	Network string // tcp, tcp4, tcp6, udp, udp4 or udp6
	Address string // HOST:PORT
}

// Processes holds everything that was created. Call Close when it is no longer needed.
type Processes struct {
	links     string // the folder of the links that start processes
	zombies   []*os.Process
	cores     []string // their paths
	listeners []listener
}

// Start creates everything, and returns when each process is a zombie and each core file is
// written.
func Start(config Config) (*Processes, error) {
	links, err := os.MkdirTemp("", "processes-")
	if err != nil {
		return nil, fmt.Errorf("start processes: %w", err)
	}
	p := &Processes{links: links}
	if err := p.start(config); err != nil {
		return nil, fmt.Errorf("start processes: %w", errors.Join(err, p.Close()))
	}
	return p, nil
}

func (p *Processes) start(config Config) error {
	for name, n := range config.Zombies {
		for range n {
			if err := p.zombie(name); err != nil {
				return err
			}
		}
	}
	for name, n := range config.Cores {
		for range n {
			if err := p.core(config.Dir, name); err != nil {
				return err
			}
		}
	}
	for _, at := range config.Listen {
		if err := p.listen(at); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the listeners, reaps the zombies, and removes the core files.
func (p *Processes) Close() error {
	all := []error{os.RemoveAll(p.links)}
	for _, l := range p.listeners {
		all = append(all, l.close())
	}
	for _, zombie := range p.zombies {
		_, err := zombie.Wait()
		all = append(all, err)
	}
	for _, core := range p.cores {
		all = append(all, os.Remove(core))
	}
	p.listeners, p.zombies, p.cores = nil, nil, nil
	return errors.Join(all...)
}

// link creates a link that starts a program under another name.
func (p *Processes) link(name, program string) (string, error) {
	link := filepath.Join(p.links, name)
	if filepath.Dir(link) != p.links {
		return "", fmt.Errorf("%q is not a process name", name)
	}
	err := os.Symlink(program, link)
	if errors.Is(err, os.ErrExist) {
		err = errors.Join(os.Remove(link), os.Symlink(program, link))
	}
	return link, err
}

// listener is a socket of either kind.
type listener struct {
	port  int
	close func() error
}

func (p *Processes) listen(at Address) error {
	if strings.HasPrefix(at.Network, "udp") {
		packets, err := net.ListenPacket(at.Network, at.Address)
		if err != nil {
			return err
		}
		p.listeners = append(p.listeners, listener{packets.LocalAddr().(*net.UDPAddr).Port, packets.Close})
		return nil
	}
	connections, err := net.Listen(at.Network, at.Address)
	if err != nil {
		return err
	}
	p.listeners = append(p.listeners, listener{connections.Addr().(*net.TCPAddr).Port, connections.Close})
	return nil
}

// Port returns the port of the listener at this index of Config.Listen.
func (p *Processes) Port(i int) int64 { return int64(p.listeners[i].port) }

// zombie starts a process that exits at once, and waits for its exit without reaping it: it stays a
// zombie.
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

// run starts a program under another name in a folder. It has its own process group, so that it
// does not get the signals of a terminal.
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
