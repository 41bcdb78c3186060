// Package collectionpoint is a collection point for tests and the demo: it accepts documents over TLS, stores
// what it gets, counts every byte at the socket, and misbehaves on command. It is a stand-in, made from this
// project's own description of the wire protocol, and not claimed to be compatible with any real server.
//
// It speaks HTTP/1.1 and keeps this in its folder:
//
//	received/<id>.json        the document, unpacked
//	received/<id>.json.gz     as it was transferred, if it was packed (.zst likewise)
//	requests.jsonl            one line for each connection, written when it ends
//	behave                    optional: what to do with the next connections, one line each; see Behaviour
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

	"polycom.com/usagedata/test/privateca"
)

// Config says where to listen and what to show. Only Dir is required.
type Config struct {
	Dir    string
	Listen string        // empty: 127.0.0.1:0
	CA     *privateca.CA // nil: one of its own
	Hosts  []string      // names in the certificate; none: 127.0.0.1, ::1, localhost

	Certificate *tls.Certificate // nil: issued by CA for Hosts
	MaxVersion  uint16           // newest version of TLS that is offered; 0: the newest there is
	// authorities of the clients' certificates, which are required then; nil: none is asked for
	Clients *x509.CertPool
}

// Point is a collection point that listens. Close it.
type Point struct {
	// CA signed the certificate that the point shows.
	CA *privateca.CA

	listener net.Listener
	tls      *tls.Config
	server   *http.Server
	ready    chan net.Conn // connections whose handshake is done, for the server

	store    *store
	script   script
	requests *requestLog

	ctx     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup // goroutines and open connections

	mu    sync.Mutex
	ended *sync.Cond           // a connection has, guarded by mu
	open  map[*connection]bool // nil once closed

	accepted, bytesIn, bytesOut, resumed atomic.Int64
}

// Start listens until Close.
func Start(config Config) (*Point, error) {
	point, err := prepare(config)
	if err != nil {
		return nil, fmt.Errorf("start collection point: %w", err)
	}
	point.running.Go(point.accept)
	point.serve()
	return point, nil
}

// Address is host and port.
func (p *Point) Address() string { return p.listener.Addr().String() }

// URL is where documents are put below, as /v1/usage/<product>/<id>.
func (p *Point) URL() string { return "https://" + p.Address() }

// Connections counts the TCP connections that were accepted, whatever became of them.
func (p *Point) Connections() int64 { return p.accepted.Load() }

// Resumed counts the TLS sessions that went on from an earlier one.
func (p *Point) Resumed() int { return int(p.resumed.Load()) }

// BytesIn counts what was read at the sockets, handshakes included.
func (p *Point) BytesIn() int64 { return p.bytesIn.Load() }

// BytesOut counts what was written at the sockets, handshakes included.
func (p *Point) BytesOut() int64 { return p.bytesOut.Load() }

// Received are the documents that were stored since Start, in order of arrival.
func (p *Point) Received() []Document { return p.store.received() }

// Behave queues behaviours, one for each of the next connections; see Behaviour for how they are written.
// They come before those in the file.
func (p *Point) Behave(lines ...string) error {
	for _, line := range lines {
		behaviour, err := ParseBehaviour(line)
		if err != nil {
			return err
		}
		p.script.add(behaviour)
	}
	return nil
}

// Settle waits until all connections have ended and have their lines in requests.jsonl, so that a test can look
// at totals. A client that keeps an idle connection keeps it waiting.
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

// Close breaks off what is under way, waits until it has ended, and closes the files.
func (p *Point) Close() error {
	p.hangUp() // first: what is told to end below must not answer any more
	_ = p.server.Close()
	p.stop()
	_ = p.listener.Close()
	p.running.Wait()
	if err := p.store.close(); err != nil {
		return fmt.Errorf("close collection point: %w", err)
	}
	if err := p.requests.close(); err != nil {
		return fmt.Errorf("close collection point: %w", err)
	}
	return nil
}
