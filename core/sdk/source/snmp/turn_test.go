package snmp

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// SEND-5: before it answers, the stand-in checks whether another request has arrived.
func TestOneRequestAtATime(t *testing.T) {
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	overlaps := 0
	var served sync.WaitGroup
	served.Go(func() { overlaps = patiently(t, socket) })
	a, _ := opened(t, map[string]any{"address": socket.LocalAddr().String(), "community": file(t, 0o600, "canary")})
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if _, err := Read[one](t.Context(), a); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	_ = socket.Close()
	served.Wait()
	if overlaps != 0 || a.Requests() != 6 {
		t.Errorf("got %d of %d requests while another was under way, want none of 6", overlaps, a.Requests())
	}
}

// patiently answers each request after a while, and counts the requests that arrive in the
// meantime.
func patiently(t *testing.T, socket net.PacketConn) (overlaps int) {
	first, second := make([]byte, 4096), make([]byte, 4096)
	for {
		_ = socket.SetReadDeadline(time.Time{})
		n, from, err := socket.ReadFrom(first)
		if err != nil {
			return overlaps
		}
		_ = socket.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if _, _, err := socket.ReadFrom(second); err == nil {
			overlaps++
		}
		request, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).SnmpDecodePacket(first[:n])
		if err != nil {
			t.Error(err)
			continue
		}
		_, _ = socket.WriteTo(says(t, request, numbered(base+".1.0", 1), numbered(base+".2.0", 2))[0], from)
	}
}

// Waiting for a turn ends with the context, and sends nothing to the product.
func TestWaitingForATurn(t *testing.T) {
	a, _ := opened(t, responding(t, func(*gosnmp.SnmpPacket) [][]byte { return nil }))
	a.turn <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := Read[one](ctx, a); sdk.Explain(err) != sdk.TimedOut || a.Requests() != 0 {
		t.Errorf("got %v after %d requests, want %q after none", err, a.Requests(), sdk.TimedOut)
	}
}

// SEND-5: the number of requests is bounded.
func TestRequestsAreBounded(t *testing.T) {
	a, _ := opened(t, sources(t, daemon(t, snmpd.Config{Objects: samples})))
	sockets := descriptors(t)
	for range maxRequests {
		if _, err := Read[sample](t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Read[sample](t.Context(), a)
	if sdk.Explain(err) != sdk.Unexplained || !strings.Contains(fmt.Sprint(err), "more than") ||
		a.Requests() != maxRequests {
		t.Errorf("got %v after %d requests, want an error that says so after %d", err, a.Requests(), maxRequests)
	}
	if got := descriptors(t) - sockets; got > 0 {
		t.Errorf("got %d descriptors left open, want none", got)
	}
}

// descriptors counts the file descriptors of this process.
func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

// If there are more objects than a GET holds, several are sent.
func TestManyObjects(t *testing.T) {
	var mu sync.Mutex
	var most, all int
	a, _ := opened(t, responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
		mu.Lock()
		defer mu.Unlock()
		most, all = max(most, len(r.Variables)), all+len(r.Variables)
		var answer []gosnmp.SnmpPDU
		for i, v := range r.Variables {
			answer = append(answer, numbered(v.Name[1:], i))
		}
		return says(t, r, answer...)
	}))
	var fields []field
	for i := range 2*maxObjects + 1 {
		fields = append(fields, field{"", []int{0}, oid{1, 3, 6, uint32(i)}, integer})
	}
	var into one
	got, err := a.read(t.Context(), fields, &into)
	mu.Lock()
	defer mu.Unlock()
	if err != nil || got.accepted != len(fields) || a.Requests() != 3 || most != maxObjects || all != len(fields) {
		t.Errorf("got %+v, %v in %d requests of up to %d, want all %d in 3 of %d", got, err, a.Requests(), most,
			len(fields), maxObjects)
	}
}

// If a decoder of foreign bytes panics, only the call fails.
func TestACrashOfTheDecoder(t *testing.T) {
	a, _ := opened(t, sources(t, daemon(t, snmpd.Config{Objects: samples})))
	_, err := a.exchange(t.Context(), oid{1, 3}, func(*gosnmp.GoSNMP) (*gosnmp.SnmpPacket, error) { panic("canary") })
	if sdk.Explain(err) != sdk.Malformed || strings.Contains(fmt.Sprint(err), "canary") {
		t.Errorf("got %v, want %q", err, sdk.Malformed)
	}
	if _, err := Read[sample](t.Context(), a); err != nil {
		t.Errorf("the next call: got %v, want an answer", err)
	}
}
