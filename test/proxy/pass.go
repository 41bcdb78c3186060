package proxy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

// counted is a client's connection.
type counted struct {
	*net.TCPConn
	proxy *Proxy
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.TCPConn.Read(b)
	c.proxy.in.Add(int64(n))
	return n, err
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.TCPConn.Write(b)
	c.proxy.out.Add(int64(n))
	return n, err
}

// pass hands bytes on in both directions until both have ended, and counts all that comes, also what the receiver does
// not want any more. from is the client's end, with what was read of it already.
func (p *Proxy) pass(client *counted, from io.Reader) {
	to, err := net.Dial("tcp", p.config.To)
	if err != nil || !p.remember(to) {
		return
	}
	defer p.forget(to)
	var back sync.WaitGroup
	back.Go(func() { hand(client, to) })
	hand(to.(*net.TCPConn), from)
	back.Wait()
}

// half is a connection of which one direction can be closed.
type half interface {
	io.Writer
	CloseWrite() error
}

func hand(to half, from io.Reader) {
	piece := make([]byte, 4096)
	for {
		n, err := from.Read(piece)
		_, _ = to.Write(piece[:n])
		if err != nil {
			_ = to.CloseWrite()
			return
		}
	}
}

// remember keeps a connection so that Close can end it; false if the proxy is closed already.
func (p *Proxy) remember(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		_ = c.Close()
		return false
	}
	p.open[c] = true
	return true
}

func (p *Proxy) forget(c net.Conn) {
	_ = c.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
}

// Play is a proxy as a program of its own, so that its counts are those of another process than the one that is
// counted. It says where it listens in its first line, answers each line that comes in, a number, with its counts once
// so many connections have ended, and ends when nothing more comes.
func Play(config Config, in io.Reader, out io.Writer) error {
	p, err := Start(config)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, p.Address())
	for lines := bufio.NewScanner(in); lines.Scan(); {
		connections, err := strconv.Atoi(lines.Text())
		if err != nil {
			return errors.Join(fmt.Errorf("play proxy: %w", err), p.Close())
		}
		p.Settle(connections)
		came, went := p.Counted()
		fmt.Fprintln(out, came, went)
	}
	return p.Close()
}
