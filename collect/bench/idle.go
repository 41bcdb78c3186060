package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"polycom.com/usagedata/collect/listen"
	"polycom.com/usagedata/collect/receive"
	"polycom.com/usagedata/collect/serve"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/durable"
)

// inner is a receiver in a process of its own, that collects its garbage when it is asked to.
type inner struct {
	*process
	ask  io.WriteCloser
	tell *bufio.Reader
}

// memory is that of a process, in bytes.
type memory struct {
	RSS, Peak, Heap, Stack int64
	Collections            uint32
}

// runReceiver runs a receiver as usagedata-collect does. It writes its memory after a collection of
// garbage for each line that it reads.
func runReceiver(o options) error {
	folder, err := store.OpenFolder(durable.OS{}, o.folder+"/store", 0)
	if err != nil {
		return err
	}
	outer, err := net.Listen("tcp", o.file)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	done := make(chan error, 1)
	go func() {
		done <- serve.Run(ctx, serve.Options{
			Store: folder, Listeners: []net.Listener{outer}, Log: slog.New(slog.DiscardHandler),
			Files: listen.Files{Certificate: o.folder + "/server.pem", Key: o.folder + "/server.pem"},
			Terms: receive.Terms{Kept: 45 * 24 * time.Hour}, Gather: o.gather, GatherLate: o.gather,
			RetryMin: time.Minute, RetryMax: time.Hour,
			Connections: 2 * o.connections, PeerConnections: 2 * o.connections,
			Memory: 128 << 20, Handshake: time.Minute, Idle: o.idle, Upload: 10 * time.Minute,
			Patience: 30 * time.Second, Writers: 16,
		})
	}()
	asked := bufio.NewScanner(os.Stdin)
	for asked.Scan() {
		var m memory
		var stats runtime.MemStats
		m.Peak = memoryOf(os.Getpid(), "VmHWM")
		runtime.GC() // twice, because pools keep their content for one
		debug.FreeOSMemory()
		runtime.ReadMemStats(&stats)
		m.RSS, m.Heap, m.Stack = memoryOf(os.Getpid(), "VmRSS"), int64(stats.HeapAlloc), int64(stats.StackInuse)
		m.Collections = stats.NumGC
		if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
			return err
		}
	}
	stop()
	return <-done
}

func newInner(o options, idle time.Duration) (*inner, error) {
	i := &inner{}
	var err error
	i.process, err = newServer(o, func(s *process, o options) (err error) {
		s.run = exec.Command("/proc/self/exe", "-as", "receiver", "-file", s.address(), "-folder", s.folder,
			"-idle", idle.String(), "-gather", o.gather.String(), "-connections", fmt.Sprint(o.connections))
		s.run.Stderr = os.Stderr
		out, err := s.run.StdoutPipe()
		if err != nil {
			return err
		}
		i.tell = bufio.NewReader(out)
		if i.ask, err = s.run.StdinPipe(); err != nil {
			return err
		}
		return s.run.Start()
	})
	return i, err
}

func (i *inner) memory() (m memory, err error) {
	if _, err = fmt.Fprintln(i.ask); err != nil {
		return m, err
	}
	text, err := i.tell.ReadBytes('\n')
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(text, &m)
}

func (i *inner) end() {
	_ = i.ask.Close()
	i.stop()
}

// connections measures what an open connection costs.
func connections(o options, f *fleet) error {
	for _, kind := range []struct {
		name string
		do   func(*inner, *fleet, net.Conn, int) error
	}{
		{"idle after its handshake", nil},
		{"idle after a document", (*inner).whole},
		{"after 90 KB of a body", (*inner).part},
	} {
		before, after, err := open(o, f, kind.do)
		if err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
		n := int64(o.connections)
		each := func(before, after int64) float64 { return float64(after-before) / float64(n) / 1e3 }
		fmt.Fprintf(o.out, "%d connections, each %s: %.1f KB each (heap %.1f, stacks %.1f), in all %.0f MB "+
			"after a collection, at most %.0f MB.\n", n, kind.name, each(before.RSS, after.RSS),
			each(before.Heap, after.Heap), each(before.Stack, after.Stack),
			float64(after.RSS)/1e6, float64(after.Peak)/1e6)
	}
	return idleLimit(o, f)
}

// open returns the memory of a receiver before and after so many connections, on each of which something
// was done.
func open(o options, f *fleet, do func(*inner, *fleet, net.Conn, int) error) (before, after memory, err error) {
	i, err := newInner(o, 10*time.Minute)
	if err != nil {
		return before, after, err
	}
	defer i.end()
	// The first connections load what all need.
	first, err := i.dial(f, 50, do)
	if err != nil {
		return before, after, err
	}
	if before, err = i.memory(); err != nil {
		return before, after, err
	}
	all, err := i.dial(f, o.connections, do)
	if err == nil {
		after, err = i.memory()
	}
	for _, c := range append(first, all...) {
		_ = c.Close()
	}
	return before, after, err
}

func (i *inner) dial(f *fleet, count int, do func(*inner, *fleet, net.Conn, int) error) ([]net.Conn, error) {
	open := make([]net.Conn, count)
	failed := make(chan error, count)
	places := make(chan bool, 32)
	var all sync.WaitGroup
	for n := range count {
		places <- true
		all.Go(func() {
			defer func() { <-places }()
			c, err := tls.Dial("tcp", i.address(), &tls.Config{RootCAs: i.authority.Pool(), ServerName: "localhost"})
			if err == nil && do != nil {
				err = do(i, f, c, n)
			}
			if err != nil {
				failed <- err
				return
			}
			open[n] = c
		})
	}
	all.Wait()
	close(failed)
	return open, <-failed
}

// whole sends a document, and reads the answer.
func (i *inner) whole(f *fleet, c net.Conn, n int) error {
	product := f.product(n)
	id, body := f.next(product, n)
	content, err := compress(body)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(c, head(product, id, "gzip", content)+string(content)); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err == nil && answer.StatusCode != http.StatusCreated {
		err = errors.New(answer.Status)
	}
	return err
}

// part sends 90 KB of a document of 95 KB.
func (i *inner) part(f *fleet, c net.Conn, n int) error {
	product := f.product(n)
	id, body := f.next(product, n)
	body = append(body, strings.Repeat(" ", 95_000-len(body))...)
	_, err := io.WriteString(c, head(product, id, "identity", body)+string(body[:90_000]))
	return err
}

func head(product, id, encoding string, content []byte) string {
	sum := sha256.Sum256(content)
	return fmt.Sprintf("PUT /v1/usage/%s/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
		"Content-Encoding: %s\r\nContent-Digest: sha-256=:%s:\r\nContent-Length: %d\r\n\r\n", product, id, encoding,
		base64.StdEncoding.EncodeToString(sum[:]), len(content))
}

// idleLimit measures after which time the program closes idle connections by default.
func idleLimit(o options, f *fleet) error {
	s, err := newServer(o, receiver)
	if err != nil {
		return err
	}
	defer s.stop()
	i := &inner{process: s}
	all, err := i.dial(f, 20, (*inner).whole)
	if err != nil {
		return err
	}
	began := time.Now()
	for _, c := range all {
		_ = c.SetReadDeadline(began.Add(time.Minute))
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			return fmt.Errorf("an idle connection stays open: %w", err)
		}
	}
	fmt.Fprintf(o.out, "By default the receiver closed %d idle connections after %v.\n", len(all),
		time.Since(began).Round(100*time.Millisecond))
	return nil
}
