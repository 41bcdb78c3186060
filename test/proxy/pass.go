package proxy

import (
	"io"
	"net"
	"sync"
)

// pass copies bytes in both directions until both have ended. from is the client's end, including
// the bytes already buffered.
func (p *Proxy) pass(client *net.TCPConn, from io.Reader) {
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

func hand(to *net.TCPConn, from io.Reader) {
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

// remember registers a connection so that [Proxy.Close] can end it. It returns false if the proxy
// is closed already.
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
