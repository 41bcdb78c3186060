package gate

import (
	"io/fs"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/durable"
)

// stallingDisk is a [durable.Disk] that, once armed, blocks the next call of [durable.Disk.Open]
// for 45 seconds.
type stallingDisk struct {
	durable.OS
	armed bool
}

func (s *stallingDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if s.armed {
		s.armed = false
		time.Sleep(45 * time.Second)
	}
	return s.OS.Open(path, flags, mode)
}

// stalls returns a [Gate] at 13:54:30 that is connected to the peer by a pipe, and whose budget
// waits for the disk.
func stalls(t *testing.T, path string, serve func(net.Conn)) (*world, *stallingDisk) {
	t.Helper()
	w, disk := newWorld(t, "13:54:30", path), &stallingDisk{}
	var err error
	if w.Budget, err = budget.Open(disk, path, limit); err != nil {
		t.Fatal(err)
	}
	w.pipeTo(serve)
	return w, disk
}

// SEND-3, T3: the disk, or another process that holds the budget's lock, keeps the gate waiting
// from :54:30 to :55:15. Nothing is dialed then.
func TestNoDialAfterWaitingForTheDisk(t *testing.T) {
	path := budgetPath(t)
	synctest.Test(t, func(t *testing.T) {
		w, disk := stalls(t, path, func(net.Conn) {})
		disk.armed = true
		_, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
		isError(t, "dial", err, ErrClosed)
		if got := w.dials.Load(); got != 0 {
			t.Errorf("dials: got %d, want none", got)
		}
		if got := w.settled(t); got != 0 {
			t.Errorf("spent: got %d, want nothing", got)
		}
	})
}

// SEND-3, T3: nothing is written then, either. Waiting for the disk does not keep the connection
// open until then.
func TestNoWriteAfterWaitingForTheDisk(t *testing.T) {
	path := budgetPath(t)
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan time.Time, 1)
		w, disk := stalls(t, path, func(peer net.Conn) {
			if n, err := peer.Read(make([]byte, 100)); err == nil {
				t.Errorf("the peer got %d bytes", n)
			}
			ended <- time.Now()
		})
		from := time.Now()
		conn, err := w.DialContext(t.Context(), "tcp", "192.0.2.1:8443")
		if err != nil {
			t.Fatal(err)
		}
		disk.armed = true
		_, err = conn.Write(make([]byte, 1<<20))
		isError(t, "write", err, ErrClosed)
		if took := (<-ended).Sub(from); took > 30*time.Second {
			t.Errorf("the connection ended after %v, want half a minute at most", took)
		}
	})
}
