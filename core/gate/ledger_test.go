package gate

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/budget"
)

// infoConn is one end of a pipe that reports the [unix.TCPInfo] that the test sets.
type infoConn struct {
	net.Conn
	mu   sync.Mutex
	info unix.TCPInfo
}

func (c *infoConn) TCPInfo() (unix.TCPInfo, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.info, true
}

// connectWithInfo opens a connection of type infoConn through the [Gate], to a peer that reads.
func connectWithInfo(t *testing.T, w *world) (net.Conn, *infoConn) {
	t.Helper()
	below := &infoConn{info: connectedPeers().info}
	w.Dial = func(context.Context, string, string) (net.Conn, error) {
		ours, peer := net.Pipe()
		below.Conn = ours
		go (&recorder{}).serve(peer)
		return below, nil
	}
	conn, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
	if err != nil {
		t.Fatal(err)
	}
	return conn, below
}

// SEND-4: if the peer sends although the caller does not read, or the kernel repeats segments, and
// the hour has no room for it, the connection ends within a moment, and there is no room for
// another one.
func TestUnaskedBytesEndTheConnection(t *testing.T) {
	for what, happen := range map[string]func(*unix.TCPInfo){
		"received": func(i *unix.TCPInfo) { i.Segs_in, i.Bytes_received = i.Segs_in+100, 100*1448 },
		"repeated": func(i *unix.TCPInfo) { i.Segs_out, i.Bytes_sent = i.Segs_out+100, 100*1448 },
		"small":    func(i *unix.TCPInfo) { i.Segs_in, i.Data_segs_in, i.Bytes_received = 501, 500, 500 },
	} {
		path := budgetPath(t)
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, "13:30:00", path)
			conn, below := connectWithInfo(t, w)
			below.mu.Lock()
			happen(&below.info)
			below.mu.Unlock()
			from := time.Now()
			_, err := conn.Read(make([]byte, 10))
			isError(t, what, err, budget.ErrSpent)
			if took := time.Since(from); took > 2*bookingInterval {
				t.Errorf("%s: it ended after %v, want %v at most", what, took, 2*bookingInterval)
			}
			_ = conn.Close()
			if got := w.settled(t); got != limit-1 {
				t.Errorf("%s: got %d bytes spent, want all there are", what, got)
			}
			_, err = w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
			isError(t, what+": the next one", err, budget.ErrSpent)
		})
	}
}

// SEND-4: bytes that were booked for possible traffic are given back while the connection lives,
// and at its end.
func TestBookedBytesAreGivenBack(t *testing.T) {
	path := budgetPath(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "13:30:00", path)
		conn, below := connectWithInfo(t, w)
		for range 10 {
			if _, err := conn.Write(make([]byte, writePiece)); err != nil {
				t.Fatal(err)
			}
			below.mu.Lock()
			below.info.Segs_out, below.info.Data_segs_out = below.info.Segs_out+3, below.info.Data_segs_out+3
			below.info.Bytes_sent, below.info.Bytes_acked = below.info.Bytes_sent+writePiece,
				below.info.Bytes_acked+writePiece
			below.mu.Unlock()
			time.Sleep(2 * bookingInterval)
		}
		sent := int64(10 * (writePiece + 3*plainHeader))
		if got := w.Budget.Spent(w.now()); got < sent+maxFlight || got > sent+maxFlight+3000 {
			t.Errorf("open: got %d bytes booked, want %d and room for %d", got, sent, maxFlight)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		// The peer did not close: data that it may have had in flight counts.
		if got := w.settled(t); got < sent+maxFlight || got > sent+maxFlight+3000 {
			t.Errorf("closed: got %d bytes spent, want %d and %d", got, sent, maxFlight)
		}
	})
}

// SEND-4: a datagram counts at its full length, with its fragments, and a question without an
// answer counts as if it had one.
func TestDatagramsAreCounted(t *testing.T) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	w := newWorld(t, "13:30:00", budgetPath(t))
	conn, err := w.connect(t.Context(), "udp", server.LocalAddr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, question := range []string{"answered", "and not"} {
		if _, err := conn.Write([]byte(question)); err != nil {
			t.Fatal(err)
		}
	}
	_, client, err := server.ReadFrom(make([]byte, 100))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.WriteTo([]byte(strings.Repeat("x", 3000)), client); err != nil {
		t.Fatal(err)
	}
	if n, err := conn.Read(make([]byte, 100)); n != 100 || err != nil {
		t.Errorf("read: got %d bytes and %v, want the 100 that fit", n, err)
	}
	if err := errors.Join(conn.SetReadDeadline(time.Now()), conn.Close()); err != nil {
		t.Fatal(err)
	}
	const datagram = ip4Header + udpHeader
	wantIn, wantOut := int64(3000+2*ip4Header+datagram+maxAnswer+datagram), int64(8+7+2*datagram)
	if in, out := w.Wire(); in != wantIn || out != wantOut {
		t.Errorf("got %d bytes in and %d out, want %d and %d", in, out, wantIn, wantOut)
	}
	w.settled(t)
}
