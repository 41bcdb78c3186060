package large

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

//go:embed testdata/crowd.c
var crowd string

// processes starts children of a small program, which ends with this process.
func (m machine) processes() error {
	program := filepath.Join(tree, "crowd")
	compile := exec.Command("gcc", "-O1", "-static", "-pthread", "-x", "c", "-o", program, "-")
	compile.Stdin = strings.NewReader(crowd)
	if out, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("compile crowd.c: %w: %s", err, out)
	}
	c := exec.Command(program, fmt.Sprint(m.Processes), fmt.Sprint(m.Zombies), fmt.Sprint(m.Threads))
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return err
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return fmt.Errorf("make processes: %w", errors.Join(err, c.Wait()))
	}
	return nil
}

// perAddress bounds the connections to one address: the other end has a port for each.
const perAddress = 20_000

// sockets opens and closes connections: the kernel lists each for another minute.
func (m machine) sockets() error {
	room := fmt.Append(nil, m.Sockets+1)
	if err := os.WriteFile("/proc/sys/net/ipv4/tcp_max_tw_buckets", room, 0); err != nil {
		return err
	}
	for made := 0; made < m.Sockets; made += perAddress {
		err := connect(fmt.Sprintf("127.0.1.%d:0", 1+made/perAddress), min(perAddress, m.Sockets-made))
		if err != nil {
			return fmt.Errorf("make sockets: %w", err)
		}
	}
	return nil
}

func connect(address string, times int) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	defer l.Close()
	for range times {
		out, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			return err
		}
		in, err := l.Accept()
		if err := errors.Join(err, out.Close()); err != nil {
			return err
		}
		if err := in.Close(); err != nil {
			return err
		}
	}
	return nil
}
