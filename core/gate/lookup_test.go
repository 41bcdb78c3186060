package gate

import (
	"context"
	"net"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/test/nameserver"
)

const name = "collection.example.invalid"

// SEND-4: messages to and from name servers count as well, to the byte, and a connection that is
// refused counts as one try.
func TestLookupIsCounted(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	server := startServer(t, always(known))
	err := lookUp(t, w, server)
	asked := len(server.Asked())
	if asked == 0 || err == nil || refused(err) {
		t.Fatalf("look-up: got %d questions and %v, want some and the refusal of 127.0.0.1:1", asked, err)
	}
	headers := int64(asked) * (ip4Header + udpHeader)
	in, out := w.Wire()
	questions, answers := server.Counted()
	wantIn, wantOut := answers+headers+2*setUp/3, questions+headers+2*setUp/3*2
	if in != wantIn || out != wantOut {
		t.Errorf("gate: got %d bytes in and %d out, want %d and %d", in, out, wantIn, wantOut)
	}
	w.settled(t)
}

func TestAbsolute(t *testing.T) {
	for host, want := range map[string]string{name: name + ".", name + ".": name + ".", "localhost": "localhost"} {
		if got := fullyQualified(host); got != want {
			t.Errorf("absolute %s: got %s, want %s", host, got, want)
		}
	}
}

// SEND-3, SEND-4, CONS-2: if the gate stops a lookup, the error is the refusal, even though the
// resolver keeps only its text.
func TestLookupReturnsTheRefusal(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	spend(t, w, limit-20)
	isError(t, "nearly spent", lookUp(t, w, startServer(t, always(known))), budget.ErrSpent)

	w = newWorld(t, "13:30:00", budgetPath(t))
	withdraws := startServer(t, func(string, dnsmessage.Question) nameserver.Answer {
		w.withdrawn.Store(true)
		return silent
	})
	isError(t, "withdrawn meanwhile", lookUp(t, w, withdraws), errWithdrawn)
}

// lookUp dials by name through the [Gate]. Datagrams go to the server, connections to a port
// without a listener.
func lookUp(t *testing.T, w *world, server *nameserver.Server) error {
	t.Helper()
	w.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		address := "127.0.0.1:1"
		if strings.HasPrefix(network, "udp") {
			address = server.Address()
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	_, err := w.DialContext(t.Context(), "tcp", name+":8443")
	return err
}
