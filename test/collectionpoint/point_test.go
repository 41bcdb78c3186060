package collectionpoint_test

import (
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"polycom.com/usagedata/test/collectionpoint"
)

// counted counts bytes at the client's side of the socket.
type counted struct {
	net.Conn
	in, out *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.in.Add(int64(n))
	return n, err
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.out.Add(int64(n))
	return n, err
}

func TestBytesAreCountedAtTheSocket(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	raw, err := net.Dial("tcp", point.Address())
	if err != nil {
		t.Fatal(err)
	}
	var in, out atomic.Int64
	secure := tls.Client(counted{raw, &in, &out}, &tls.Config{RootCAs: point.CA.Pool(), ServerName: "localhost"})
	r := upload(t, point, "one", "", []byte(document))
	r.Close = true
	if err := r.Write(secure); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, secure); err != nil {
		t.Fatal(err)
	}
	if err := secure.Close(); err != nil {
		t.Fatal(err)
	}
	got := lines(t, point, dir)
	if len(got) != 1 || got[0].Written != in.Load() || got[0].Written != point.BytesOut() ||
		got[0].Read != point.BytesIn() {
		t.Errorf("got lines %+v, totals %d and %d, want %d out", got, point.BytesIn(), point.BytesOut(), in.Load())
	}
	// The server closes first and may miss the client's close_notify, a record of 24 bytes.
	if missed := out.Load() - got[0].Read; missed != 0 && missed != 24 {
		t.Errorf("got %d bytes read, want the %d that were written", got[0].Read, out.Load())
	}
}
