package gate

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/test/nameserver"
)

// If a name has several addresses, they are dialed in order until one accepts. All but the last
// have [attemptTimeout] to answer, and the last has the rest of the hour. The first error is
// reported. After a refusal of the gate, no further address is dialed (SEND-3, SEND-4, CONS-2).
func TestAddressesOfAName(t *testing.T) {
	first, second, third := errors.New("first"), errors.New("second"), errors.New("third")
	for kind, c := range map[string]struct {
		fails  []error // of each address; nil accepts
		change func(w *world)
		dialed int
		want   error
	}{
		"the first accepts":  {fails: []error{nil, second, third}, dialed: 1},
		"the second accepts": {fails: []error{first, nil, third}, dialed: 2},
		"none accepts":       {fails: []error{first, second, third}, dialed: 3, want: first},
		"withdrawn after the first": {fails: []error{first, nil, nil}, change: withdraw, dialed: 1,
			want: errWithdrawn},
		"the hour's bytes are spent": {fails: []error{first, nil, nil}, change: exhaust, dialed: 1,
			want: budget.ErrSpent},
	} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, "13:30:00", budgetPath(t))
			server := startServer(t, always(nameserver.Answer{Addresses: many(len(c.fails))}))
			var dialed []netip.AddrPort
			w.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				if strings.HasPrefix(network, "udp") {
					return (&net.Dialer{}).DialContext(ctx, network, server.Address())
				}
				i := len(dialed)
				dialed = append(dialed, netip.MustParseAddrPort(address))
				if end, _ := ctx.Deadline(); (time.Until(end) <= attemptTimeout) != (i < len(c.fails)-1) {
					t.Errorf("address %d has %v to answer", i, time.Until(end))
				}
				if c.change != nil {
					c.change(w)
				}
				if c.fails[i] != nil {
					return nil, c.fails[i]
				}
				here, there := net.Pipe()
				t.Cleanup(func() { there.Close() })
				return here, nil
			}
			conn, err := w.DialContext(t.Context(), "tcp", name+":8443")
			if conn != nil {
				conn.Close()
			}
			if !errors.Is(err, c.want) || (conn != nil) != (c.want == nil) {
				t.Errorf("got %v, %v, want %v", conn, err, c.want)
			}
			var want []netip.AddrPort
			for _, a := range many(c.dialed) {
				want = append(want, netip.AddrPortFrom(a, 8443))
			}
			if !slices.Equal(dialed, want) {
				t.Errorf("dialed %v, want %v", dialed, want)
			}
		})
	}
}

func withdraw(w *world) { w.withdrawn.Store(true) }

// exhaust reserves the rest of the hour's bytes.
func exhaust(w *world) {
	for n := int64(1000); n > 0; n /= 10 {
		for w.Budget.Reserve(w.now(), n) == nil {
		}
	}
}

// A write crosses the gate in pieces, and the pieces of two writes at once do not mix.
func TestWritesDoNotMix(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	received := make(chan []byte, 1)
	w.pipeTo(func(peer net.Conn) {
		text, _ := io.ReadAll(peer)
		received <- text
	})
	conn, err := w.DialContext(t.Context(), "tcp", "192.0.2.80:8443")
	if err != nil {
		t.Fatal(err)
	}
	a, b := bytes.Repeat([]byte("a"), 3*writePiece), bytes.Repeat([]byte("b"), 3*writePiece)
	var both sync.WaitGroup
	for _, text := range [][]byte{a, b} {
		both.Go(func() {
			if n, err := conn.Write(text); n != len(text) || err != nil {
				t.Errorf("write: got %d, %v", n, err)
			}
		})
	}
	both.Wait()
	conn.Close()
	if got := <-received; !bytes.Equal(got, append(slices.Clone(a), b...)) && !bytes.Equal(got, append(b, a...)) {
		t.Errorf("got %d bytes, %q: the pieces are mixed", len(got), slices.Compact(got))
	}
}
