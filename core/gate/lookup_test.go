package gate

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"polycom.com/usagedata/core/budget"
)

const name = "collection.example.invalid"

// SEND-4: messages to and from name servers count as well, to the byte, and a connection that
// is refused counts as one try.
func TestLookupIsCounted(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	server := startNames(t, w, &names{})
	_, err := w.DialContext(t.Context(), "tcp", name+":8443")
	if got := server.asked.Load(); got == 0 || err == nil || refused(err) {
		t.Fatalf("look-up: got %d questions and %v, want some and the refusal of 127.0.0.1:1", got, err)
	}
	headers := int64(server.asked.Load()) * (ip4Header + udpHeader)
	in, out := w.Wire()
	wantIn, wantOut := server.out.Load()+headers+setUp/3, server.in.Load()+headers+setUp/3*2
	if in != wantIn || out != wantOut {
		t.Errorf("gate: got %d bytes in and %d out, want %d and %d", in, out, wantIn, wantOut)
	}
	w.settled(t)
}

// DNS-1: only the collection point's own absolute name is asked for, not with the customer's
// search domains behind it.
func TestLookupIsAbsolute(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	server := startNames(t, w, &names{unknown: true})
	_, err := w.DialContext(t.Context(), "tcp", name+":8443")
	var dns *net.DNSError
	if !errors.As(err, &dns) || !dns.IsNotFound {
		t.Errorf("look-up: got %v, want no such name", err)
	}
	if got := server.names.Load(); got == nil || *got != name+"." {
		t.Errorf("asked for: got %v, want only %s.", got, name)
	}
}

func TestAbsolute(t *testing.T) {
	for host, want := range map[string]string{name: name + ".", name + ".": name + ".", "localhost": "localhost"} {
		if got := absolute(host); got != want {
			t.Errorf("absolute %s: got %s, want %s", host, got, want)
		}
	}
}

// SEND-3, SEND-4, CONS-2: what stops a look-up is told, though the resolver keeps only words.
func TestLookupTellsTheRefusal(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	startNames(t, w, &names{})
	spend(t, w, limit-20)
	_, err := w.DialContext(t.Context(), "tcp", name+":8443")
	isError(t, "nearly spent", err, budget.ErrSpent)

	w = newWorld(t, "13:30:00", budgetPath(t))
	startNames(t, w, &names{silent: func() { w.withdrawn.Store(true) }})
	_, err = w.DialContext(t.Context(), "tcp", name+":8443")
	isError(t, "withdrawn meanwhile", err, errWithdrawn)
}

// names is a name server that knows 127.0.0.1 for every name.
type names struct {
	net.PacketConn
	unknown bool   // answer that there is no such name
	silent  func() // call this instead of answering
	asked   atomic.Int32
	names   atomic.Pointer[string] // that were asked for, each once
	in, out atomic.Int64
}

// startNames starts one and makes the gate's datagrams go there; connections go to a port at
// which nobody listens.
func startNames(t *testing.T, w *world, n *names) *names {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	n.PacketConn = socket
	w.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		address := "127.0.0.1:1"
		if strings.HasPrefix(network, "udp") {
			address = socket.LocalAddr().String()
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	go n.serve()
	return n
}

func (n *names) serve() {
	buffer := make([]byte, 2000)
	for {
		size, from, err := n.ReadFrom(buffer)
		if err != nil {
			return
		}
		n.in.Add(int64(size))
		n.asked.Add(1)
		if n.silent != nil {
			n.silent()
			continue
		}
		answer, err := n.answer(buffer[:size])
		if err != nil {
			continue
		}
		n.out.Add(int64(len(answer)))
		_, _ = n.WriteTo(answer, from)
	}
}

func (n *names) answer(question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	asked := m.Questions[0]
	n.note(asked.Name.String())
	reply := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true},
		Questions: m.Questions,
	}
	if n.unknown {
		reply.RCode = dnsmessage.RCodeNameError
	} else if asked.Type == dnsmessage.TypeA {
		reply.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: asked.Name, Class: asked.Class, TTL: 1},
			Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
		}}
	}
	return reply.Pack()
}

func (n *names) note(name string) {
	all := name
	if before := n.names.Load(); before != nil && *before != name {
		all = *before + " " + name
	}
	n.names.Store(&all)
}
