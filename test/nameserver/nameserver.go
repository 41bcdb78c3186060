// Package nameserver is a name server for tests: it gives prepared answers over UDP and TCP on
// loopback, counts every byte, and records the questions. It is a stand-in: it has no data of its own
// and queries no other server.
package nameserver

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/net/dns/dnsmessage"
)

// Answer is a server's answer to one question. The zero value means that the name exists and has no
// address.
type Answer struct {
	RCode     dnsmessage.RCode
	Addresses []netip.Addr // only those of the requested family are returned
	Aliases   []string     // CNAMEs that lead to the addresses
	Cut       bool         // the answer does not fit into a datagram
	Strays    int          // number of datagrams that answer another question and come first
	Raw       []byte       // sent instead, unchanged
	Silent    bool         // no answer is sent
	ToOPT     *Answer      // sent instead if the question has an OPT record
	// Change changes the message before it is sent. If it is nil, the message stays as it is.
	Change func(*dnsmessage.Message)
}

// Server is a name server that listens until [Server.Close].
type Server struct {
	answer   func(network string, q dnsmessage.Question) Answer
	packets  net.PacketConn
	listener net.Listener
	in, out  atomic.Int64
	running  sync.WaitGroup

	mu    sync.Mutex
	asked []string
	open  []net.Conn
}

// Start listens on one port of loopback, over UDP and TCP, until [Server.Close]. It calls answer for
// each question; network is udp or tcp.
func Start(answer func(network string, q dnsmessage.Question) Answer) (*Server, error) {
	for range 20 { // until a port is free for both
		s, err := StartAt("127.0.0.1:0", answer)
		if !errors.Is(err, syscall.EADDRINUSE) {
			return s, err
		}
	}
	return nil, errors.New("start name server: no port is free for UDP and TCP")
}

// StartAt is like [Start], but listens at the given address.
func StartAt(address string, answer func(network string, q dnsmessage.Question) Answer) (*Server, error) {
	s := &Server{answer: answer}
	var err error
	if s.listener, err = net.Listen("tcp", address); err != nil {
		return nil, fmt.Errorf("start name server: %w", err)
	}
	if s.packets, err = net.ListenPacket("udp", s.listener.Addr().String()); err != nil {
		return nil, fmt.Errorf("start name server: %w", errors.Join(err, s.listener.Close()))
	}
	s.running.Go(s.serveDatagrams)
	s.running.Go(s.accept)
	return s, nil
}

// Address returns host and port, which are the same for UDP and TCP.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Asked returns the questions in order of arrival, as `udp A name.`.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// Counted returns the numbers of bytes received and sent, including the length prefixes of TCP.
func (s *Server) Counted() (in, out int64) { return s.in.Load(), s.out.Load() }

// Close stops listening and waits until all requests have ended.
func (s *Server) Close() error {
	err := errors.Join(s.packets.Close(), s.listener.Close())
	s.mu.Lock()
	for _, c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
	return err
}

func (s *Server) serveDatagrams() {
	buffer := make([]byte, 4096)
	for {
		n, from, err := s.packets.ReadFrom(buffer)
		if err != nil {
			return
		}
		s.in.Add(int64(n))
		for _, message := range s.reply("udp", buffer[:n]) {
			s.out.Add(int64(len(message)))
			_, _ = s.packets.WriteTo(message, from)
		}
	}
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.open = append(s.open, c)
		s.mu.Unlock()
		s.running.Go(func() {
			defer c.Close()
			s.serveStream(c)
		})
	}
}

// serveStream answers one question after the other; each message has its length in front.
func (s *Server) serveStream(c net.Conn) {
	for {
		var head [2]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return
		}
		message := make([]byte, binary.BigEndian.Uint16(head[:]))
		if _, err := io.ReadFull(c, message); err != nil {
			return
		}
		s.in.Add(int64(2 + len(message)))
		for _, reply := range s.reply("tcp", message) {
			framed := append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)
			s.out.Add(int64(len(framed)))
			if _, err := c.Write(framed); err != nil {
				return
			}
		}
	}
}

// reply returns the messages to send: none, or the answer preceded by its strays.
func (s *Server) reply(network string, message []byte) [][]byte {
	var m dnsmessage.Message
	if err := m.Unpack(message); err != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	s.mu.Lock()
	s.asked = append(s.asked, fmt.Sprint(network, " ", strings.TrimPrefix(q.Type.String(), "Type"), " ", q.Name))
	s.mu.Unlock()
	a := s.answer(network, q)
	if a.ToOPT != nil && len(m.Additionals) > 0 {
		a = *a.ToOPT
	}
	if a.Silent {
		return nil
	}
	if a.Raw != nil {
		return [][]byte{a.Raw}
	}
	var replies [][]byte
	for i := 0; i < a.Strays && network == "udp"; i++ {
		replies = append(replies, a.message(network, m.ID+uint16(i)+1, q))
	}
	return append(replies, a.message(network, m.ID, q))
}
