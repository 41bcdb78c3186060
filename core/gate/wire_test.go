package gate

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

// CONS-2: if consent is withdrawn in the middle of an upload, the peer gets a reset and not one
// byte more, not even a close_notify.
func TestWithdrawalResetsTheConnection(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	listener, accepted := listen(t)
	conn, err := w.DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	peer := <-accepted
	defer peer.Close()
	if _, err := conn.Write([]byte("begun")); err != nil {
		t.Fatal(err)
	}
	begun := make([]byte, 5)
	if _, err := io.ReadFull(peer, begun); err != nil {
		t.Fatal(err)
	}
	w.withdrawn.Store(true)
	// [TestEndsWithItsDecision] checks that it takes less than a second.
	if err := peer.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if n, err := peer.Read(make([]byte, 100)); n != 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("peer: got %d bytes and %v, want a reset", n, err)
	}
	if err := conn.Close(); err != nil {
		t.Errorf("close afterwards: got %v, want none", err)
	}
	// Data that the peer may have had in flight counts, because it cannot be ruled out.
	in, _ := w.Wire()
	if got := w.settled(t); in < maxFlight || got < in {
		t.Errorf("got %d bytes in and %d spent, want %d and more", in, got, maxFlight)
	}
}

// SEND-4: a peer that sends without being asked cannot spend more than was reserved: while the
// caller does not read, the kernel accepts no more than that, and while it does, the gate ends the
// connection.
func TestPeerThatSendsUnasked(t *testing.T) {
	w := newWorld(t, "13:30:00", budgetPath(t))
	listener, accepted := listen(t)
	conn, err := w.DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	peer := <-accepted
	if _, err := peer.Write([]byte("x")); err != nil { // there is something to see, however slow the machine is
		t.Fatal(err)
	}
	if err := peer.SetWriteDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	push(peer) // until all buffers between us are full
	if got := queued(t, conn); got > 2*maxFlight || got == 0 {
		t.Errorf("unread: got %d bytes, want up to %d", got, 2*maxFlight)
	}
	if err := peer.SetWriteDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	pushed := make(chan struct{})
	go func() {
		defer close(pushed)
		push(peer)
	}()
	read, err := io.Copy(io.Discard, conn)
	if read >= limit || !refused(err) {
		t.Errorf("read: got %d bytes and %v, want fewer than %d and a refusal", read, err, limit)
	}
	<-pushed
	peer.Close()
	if got := w.Budget.Spent(w.now()); got < read || got >= limit {
		t.Errorf("spent: got %d, want at least %d and fewer than %d", got, read, limit)
	}
}

func push(to net.Conn) {
	for {
		if _, err := to.Write(make([]byte, 1400)); err != nil {
			return
		}
	}
}

// queued returns how many bytes the kernel holds for the connection.
func queued(t *testing.T, through net.Conn) int {
	t.Helper()
	raw, err := through.(*conn).Conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	var problem error
	if err := raw.Control(func(fd uintptr) { n, problem = unix.IoctlGetInt(int(fd), unix.TIOCINQ) }); err != nil ||
		problem != nil {
		t.Fatal(err, problem)
	}
	return n
}

// SEND-3: shortly before the window closes, [net.Conn.Close] leaves the kernel nothing to repeat.
func TestCloseNearTheEdgeResets(t *testing.T) {
	w := newWorld(t, "13:54:40", budgetPath(t))
	listener, accepted := listen(t)
	conn, err := w.DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	peer := <-accepted
	defer peer.Close()
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := peer.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("peer: got %v, want %v", err, syscall.ECONNRESET)
	}
}

// SEND-3: a hanging attempt to connect is interrupted too.
func TestHangingDialIsCanceled(t *testing.T) {
	path := budgetPath(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "13:30:00", path)
		w.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
			w.step(26 * time.Minute)
			<-ctx.Done()
			return nil, ctx.Err()
		}
		from := time.Now()
		_, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
		isError(t, "dial", err, ErrClosed)
		if took := time.Since(from); took > time.Second {
			t.Errorf("dial: ended after %v, want within a second", took)
		}
		if got := w.Budget.Spent(w.now().Add(-26 * time.Minute)); got != setUp {
			t.Errorf("spent: got %d, want the %d of one try", got, setUp)
		}
	})
}

func listen(t *testing.T) (net.Listener, <-chan net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			accepted <- conn
		}
	}()
	return listener, accepted
}
