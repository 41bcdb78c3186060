// Package collectionpoint is a collection point for tests and the demo: it accepts documents over
// TLS, stores them, counts every byte at the socket, and misbehaves on command. It is a stand-in,
// made from this project's own description of the wire protocol, and does not claim to be compatible
// with any real server.
//
// It speaks HTTP/1.1 and keeps this in its folder:
//
//	received/<id>.json        the document, unpacked
//	received/<id>.json.gz     as it was transferred, if it was packed (.zst likewise)
//	behave                    optional: one [Behavior] a line, for the next connections
package collectionpoint

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"polycom.com/usagedata/test/privateca"
)

// Config configures a [Point]. Only Dir is required.
type Config struct {
	Dir    string
	Listen string   // empty: 127.0.0.1:0
	Hosts  []string // names in the certificate; none: 127.0.0.1, ::1, localhost

	// Patience limits the time for a handshake, and for the headers of a request. A whole request, and
	// the pause before the next one, may take twice as long. Zero means thirty seconds.
	Patience   time.Duration
	MaxVersion uint16 // newest version of TLS that is offered; 0: the newest known
	// Clients are the authorities of client certificates. If it is nil, clients need no certificate.
	Clients *x509.CertPool
}

// Point is a collection point that listens until [Point.Close].
type Point struct {
	// CA signed the certificate that the point presents.
	CA *privateca.CA

	listener net.Listener
	tls      *tls.Config
	server   *http.Server
	ready    chan net.Conn // connections whose handshake is done, for the server

	store  *store
	script script

	patience time.Duration

	ctx     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup // goroutines and open connections

	mu    sync.Mutex
	ended *sync.Cond           // signaled when a connection ends; guarded by mu
	open  map[*connection]bool // nil once closed

	accepted, bytesIn, bytesOut, resumed, status atomic.Int64
}

// Start starts a collection point, which listens until [Point.Close].
func Start(config Config) (*Point, error) {
	point, err := prepare(config)
	if err != nil {
		return nil, fmt.Errorf("start collection point: %w", err)
	}
	point.running.Go(point.accept)
	point.serve()
	return point, nil
}

// Address returns host and port.
func (p *Point) Address() string { return p.listener.Addr().String() }

// URL returns the base URL; documents are put at /v1/usage/<product>/<id> below it.
func (p *Point) URL() string { return "https://" + p.Address() }

// Connections returns the number of accepted TCP connections, including those that failed later.
func (p *Point) Connections() int64 { return p.accepted.Load() }

// Resumed returns the number of TLS sessions that resumed an earlier one.
func (p *Point) Resumed() int { return int(p.resumed.Load()) }

// Status returns the status of the last answer.
func (p *Point) Status() int { return int(p.status.Load()) }

// BytesIn returns the number of bytes read at the sockets, handshakes included.
func (p *Point) BytesIn() int64 { return p.bytesIn.Load() }

// BytesOut returns the number of bytes written at the sockets, handshakes included.
func (p *Point) BytesOut() int64 { return p.bytesOut.Load() }

// Received returns the documents stored since [Start], in order of arrival.
func (p *Point) Received() []Document { return p.store.received() }

// Behave queues behaviors, one for each of the next connections, written as [Behavior] describes.
// They take precedence over those in the file.
func (p *Point) Behave(lines ...string) error {
	for _, line := range lines {
		behavior, err := ParseBehavior(line)
		if err != nil {
			return err
		}
		p.script.add(behavior)
	}
	return nil
}

// Settle waits until all connections have ended, so that a test can check totals. If a client keeps
// an idle connection open, Settle waits for it too.
func (p *Point) Settle(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.ended.Broadcast()
	})()
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.open) > 0 {
		if ctx.Err() != nil {
			return fmt.Errorf("settle collection point: %d connections open: %w", len(p.open), ctx.Err())
		}
		p.ended.Wait()
	}
	return nil
}

// Close closes the connections that are open, waits until they have ended, and closes the files.
func (p *Point) Close() error {
	p.hangUp() // first: connections that are ended below must not answer any more
	_ = p.server.Close()
	p.stop()
	_ = p.listener.Close()
	p.running.Wait()
	if err := p.store.close(); err != nil {
		return fmt.Errorf("close collection point: %w", err)
	}
	return nil
}
