// Package proxy is an HTTP proxy between an appliance and the collection point. It connects on
// request and misbehaves on command. It is a fake for tests, listens on loopback only, and connects
// every client to the one configured address, whatever the client asks for.
package proxy

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
)

// Config selects the behavior. A [Proxy] with only To set lets everyone through.
type Config struct {
	To          string // HOST:PORT to which all clients are connected
	Credentials string // required USER:PASSWORD; empty: none
	Answer      string // written verbatim instead of connecting; then the connection is closed
	Silent      bool   // answers nothing, and waits until the client gives up
	Early       string // written right after the successful answer, before any request
}

// Proxy is a listening proxy. The caller must call [Proxy.Close].
type Proxy struct {
	config   Config
	listener net.Listener
	running  sync.WaitGroup

	mu    sync.Mutex
	asked []string // HOST:PORT of each request
	open  map[net.Conn]bool
}

// Start starts a [Proxy] that listens on loopback until [Proxy.Close].
func Start(config Config) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start proxy: %w", err)
	}
	p := &Proxy{config: config, listener: listener, open: map[net.Conn]bool{}}
	p.running.Go(p.accept)
	return p, nil
}

// Address returns host and port.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Asked returns the HOST:PORT of each request, in order.
func (p *Proxy) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// Close closes the listener and all connections, and waits until they have ended.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.mu.Lock()
	for c := range p.open {
		_ = c.Close()
	}
	p.open = nil
	p.mu.Unlock()
	p.running.Wait()
	return err
}

func (p *Proxy) accept() {
	for {
		raw, err := p.listener.Accept()
		if err != nil {
			return
		}
		client := raw.(*net.TCPConn)
		if !p.remember(client) {
			return
		}
		p.running.Go(func() {
			p.serve(client)
			p.forget(client)
		})
	}
}

// serve handles one connection. If the request cannot be parsed, it ends the connection.
func (p *Proxy) serve(client *net.TCPConn) {
	in := bufio.NewReader(client)
	request, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	p.mu.Lock()
	p.asked = append(p.asked, request.RequestURI)
	p.mu.Unlock()
	switch {
	case p.config.Silent:
		_, _ = io.Copy(io.Discard, in)
	case p.config.Answer != "":
		_, _ = io.WriteString(client, p.config.Answer)
		p.end(client, in)
	case request.Method != http.MethodConnect:
		p.answer(client, in, "405 Method Not Allowed", "Allow: CONNECT\r\n")
	case !p.known(request):
		p.answer(client, in, "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"test\"\r\n")
	default:
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"+p.config.Early)
		p.pass(client, in)
	}
}

func (p *Proxy) answer(client *net.TCPConn, in io.Reader, status, header string) {
	_, _ = fmt.Fprintf(client, "HTTP/1.1 %s\r\n%sContent-Length: 0\r\nConnection: close\r\n\r\n", status, header)
	p.end(client, in)
}

// end lets the client read the answer before the connection is closed.
func (p *Proxy) end(client *net.TCPConn, in io.Reader) {
	_ = client.CloseWrite()
	_, _ = io.Copy(io.Discard, in)
}

func (p *Proxy) known(r *http.Request) bool {
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.config.Credentials))
	return p.config.Credentials == "" || r.Header.Get("Proxy-Authorization") == want
}
