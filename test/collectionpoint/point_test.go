package collectionpoint_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/privateca"
)

// counted counts at the client's side of the socket.
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
	// The server closes first and may miss the client's farewell, a record of 24 bytes.
	if missed := out.Load() - got[0].Read; missed != 0 && missed != 24 {
		t.Errorf("got %d bytes read, want the %d that were written", got[0].Read, out.Load())
	}
}

func TestEachConnectionHasALine(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	behave(t, point, "ok", "status:503", "refuse")
	for range 3 {
		_, _, _ = send(t, point, upload(t, point, "one", "", []byte(document)))
	}
	if got := point.Connections(); got != 3 {
		t.Errorf("got %d connections, want 3", got)
	}
	got := lines(t, point, dir)
	if len(got) != 3 {
		t.Fatalf("got %d lines, want 3", len(got))
	}
	for i, want := range []int{201, 503} {
		if len(got[i].Requests) != 1 || got[i].Requests[0].Status != want || got[i].Requests[0].Path != "/v1/usage/dma/one" {
			t.Errorf("line %d: got %+v, want a request with status %d", i, got[i], want)
		}
		if got[i].Read == 0 || got[i].Written == 0 {
			t.Errorf("line %d: got %d bytes read, %d written, want some", i, got[i].Read, got[i].Written)
		}
	}
	if got[2].Behaviour != "refuse" || got[2].Read != 0 || got[2].Written != 0 || len(got[2].Requests) != 0 {
		t.Errorf("got %+v, want a refused connection without a byte", got[2])
	}
}

func TestAFailedHandshakeIsRecorded(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	stranger, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: stranger.Pool()}}
	if _, err := (&http.Client{Transport: transport}).Do(upload(t, point, "one", "", []byte(document))); err == nil {
		t.Error("got an answer, want an error about the certificate")
	}
	got := lines(t, point, dir)
	if len(got) != 1 || !strings.Contains(got[0].Error, "bad certificate") || len(got[0].Requests) != 0 {
		t.Errorf("got lines %+v, want one about a bad certificate", got)
	}
}

func TestTheCertificateIsForTheHosts(t *testing.T) {
	const host = "customerusagedatacollection.polycom.com"
	point, _ := start(t, collectionpoint.Config{Hosts: []string{host}})
	for name, good := range map[string]bool{host: true, "localhost": false} {
		c, err := tls.Dial("tcp", point.Address(), &tls.Config{RootCAs: point.CA.Pool(), ServerName: name})
		if (err == nil) != good {
			t.Errorf("%s: got error %v, want success %t", name, err, good)
		}
		if err == nil {
			_ = c.Close()
		}
	}
}

func TestAnOldVersionOfTLSCanBeOffered(t *testing.T) {
	point, _ := start(t, collectionpoint.Config{MaxVersion: tls.VersionTLS11})
	if _, err := tls.Dial("tcp", point.Address(), &tls.Config{RootCAs: point.CA.Pool()}); err == nil {
		t.Error("a client of today: got a connection, want none")
	}
	c, err := tls.Dial("tcp", point.Address(), &tls.Config{RootCAs: point.CA.Pool(), MinVersion: tls.VersionTLS10})
	if err != nil {
		t.Fatalf("a client of yesterday: got error %v, want none", err)
	}
	_ = c.Close()
}

func TestSettleWaitsNoLongerThanItMay(t *testing.T) {
	point, _ := start(t, collectionpoint.Config{})
	raw, err := net.Dial("tcp", point.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for point.Connections() == 0 {
		runtime.Gosched()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := point.Settle(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want the deadline", err)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	dir := t.TempDir()
	point, err := collectionpoint.Start(collectionpoint.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	behave(t, point, "stall:1h", "late")
	raw, err := net.Dial("tcp", point.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	failed := make(chan error)
	r, client := upload(t, point, "one", "", []byte(document)), newClient(t, point)
	go func() {
		response, err := client.Do(r)
		if err == nil {
			_ = response.Body.Close()
		}
		failed <- err
	}()
	for len(point.Received()) == 0 {
		runtime.Gosched() // both must be waiting before Close means anything
	}
	if err := point.Close(); err != nil {
		t.Errorf("close: got error %v, want none", err)
	}
	if err := <-failed; err == nil {
		t.Error("request: got an answer, want an error")
	}
	if _, err := net.Dial("tcp", point.Address()); err == nil {
		t.Error("dial: got a connection, want none")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("got %v, error %v, want only received and requests.jsonl", entries, err)
	}
}

func TestWhatCanNotStartLeavesNothing(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	for _, config := range []collectionpoint.Config{
		{}, {Dir: dir, Listen: point.Address()}, {Dir: "/dev/null/folder"}, {Dir: dir, Listen: "nowhere"},
	} {
		if _, err := collectionpoint.Start(config); err == nil {
			t.Errorf("%+v: got started, want an error", config)
		}
	}
}
