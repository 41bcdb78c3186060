package scene

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"

	"polycom.com/usagedata/core/profile"
)

// answer handles a connection before it is closed. For a datagram, the connection writes back to
// the sender.
type answer func(net.Conn)

// held keeps the connection open until the server ends.
var held answer

// server listens on one port of loopback, by TCP and by UDP, in the place of a source.
type server struct {
	tcp  net.Listener
	udp  net.PacketConn
	done chan struct{}
	all  sync.WaitGroup
}

// serve replaces an address by that of a server with these answers. If there are no answers,
// connections to the new address are refused.
func (s *stagedWorld) serve(kind profile.SettingKind, value string, of func(*stagedWorld) answer) (string, error) {
	started, err := listen()
	if err != nil {
		return "", err
	}
	address := started.tcp.Addr().String()
	if of == nil {
		started.close()
	} else {
		s.servers = append(s.servers, started)
		started.run(of(s))
	}
	return moved(kind, value, address)
}

// moved returns the value of a setting with another address in it.
func moved(kind profile.SettingKind, value, address string) (string, error) {
	if kind == profile.SettingAddress {
		return address, nil
	}
	u, err := url.Parse(value)
	if err != nil {
		return "", errors.New("a configured URL is not valid")
	}
	u.Host = address
	return u.String(), nil
}

// listen acquires a port that is free for both TCP and UDP.
func listen() (*server, error) {
	for range 20 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		port := tcp.Addr().(*net.TCPAddr).Port
		udp, err := net.ListenPacket("udp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return &server{tcp: tcp, udp: udp, done: make(chan struct{})}, nil
		}
		tcp.Close()
	}
	return nil, errors.New("no loopback port is free for both TCP and UDP")
}

func (s *server) run(with answer) {
	s.all.Go(func() { s.connections(with) })
	s.all.Go(func() { s.datagrams(with) })
}

func (s *server) connections(with answer) {
	for {
		conn, err := s.tcp.Accept()
		if err != nil {
			return
		}
		s.all.Go(func() {
			defer conn.Close()
			if with == nil {
				<-s.done
				return
			}
			_ = conn.SetDeadline(time.Now().Add(time.Second))
			with(conn)
		})
	}
}

func (s *server) datagrams(with answer) {
	for {
		_, from, err := s.udp.ReadFrom(make([]byte, 2048))
		if err != nil {
			return
		}
		if with != nil {
			with(sender{s.udp, from})
		}
	}
}

// sender implements as much of a [net.Conn] as an answer needs to send a datagram back.
type sender struct {
	net.PacketConn
	to net.Addr
}

func (s sender) Read([]byte) (int, error) { return 0, errors.New("a datagram has no further data") }

// maxDatagram is the size of a datagram that loopback carries unfragmented.
const maxDatagram = 1400

func (s sender) Write(text []byte) (int, error) {
	return s.WriteTo(text[:min(len(text), maxDatagram)], s.to)
}

func (s sender) RemoteAddr() net.Addr { return s.to }

// close may be called more than once.
func (s *server) close() {
	select {
	case <-s.done:
		return
	default:
	}
	close(s.done)
	s.tcp.Close()
	s.udp.Close()
	s.all.Wait()
}
