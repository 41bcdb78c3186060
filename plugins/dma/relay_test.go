package main

import (
	"net"
	"testing"
	"time"
)

// relay passes some requests on, with their answers, and swallows the others.
func relay(t *testing.T, to string, requests int) string {
	t.Helper()
	from, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { from.Close(); <-done })
	go func() {
		defer close(done)
		buffer := make([]byte, 65535)
		for {
			n, client, err := from.ReadFrom(buffer)
			if err != nil {
				return // closed by the end of the test
			}
			if requests--; requests < 0 {
				continue
			}
			if answer, err := ask(to, buffer[:n]); err == nil {
				_, _ = from.WriteTo(answer, client) // a client that has gone asks again
			}
		}
	}()
	return from.LocalAddr().String()
}

func ask(to string, request []byte) ([]byte, error) {
	conn, err := net.DialTimeout("udp", to, time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	answer := make([]byte, 65535)
	n, err := conn.Read(answer)
	return answer[:n], err
}
