package main

import (
	"context"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// heard is an output that tells when the receiver has begun.
type heard struct{ begun chan struct{} }

func (h heard) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "receiving") {
		close(h.begun)
	}
	return len(b), nil
}

// COLL-1: a hangup, such as that of another program's rotation of logs, does not end the receiver.
func TestHangup(t *testing.T) {
	_, path := tried(t)
	text := strings.Replace(readFile(t, path), "127.0.0.1:8443", "127.0.0.1:0", 1) + "inner: " + free(t) + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	begun, ended := make(chan struct{}), make(chan int, 1)
	go func() { ended <- run(ctx, []string{"--config", path, "receive"}, streams{os.Stderr, heard{begun}}) }()
	select {
	case <-begun:
	case code := <-ended:
		t.Fatalf("ended with %d", code)
	}
	if !signal.Ignored(syscall.SIGHUP) { // it would end this test, too
		t.Fatal("a hangup ends the receiver")
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	stop()
	if code := <-ended; code != exitOK {
		t.Errorf("ended with %d", code)
	}
}

// free returns an address that nobody listens on.
func free(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
