package upload

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/test/privateca"
	"polycom.com/usagedata/test/servers"
)

// bodies returns documents of two sizes: one that is written in a few records at once, and one that
// is larger than the socket's buffer. Compression does not make them smaller.
func bodies() (all [][]byte) {
	for _, size := range []int{4_000, 60_000} {
		letters := make([]byte, size)
		for i := range letters {
			letters[i] = byte('a' + rand.IntN(26))
		}
		all = append(all, fmt.Appendf(nil, "{\"text\": %q}\n", letters))
	}
	return all
}

// nginx returns nginx with its default behavior: it answers 400 if the certificate is missing or
// another one.
func nginx(t *testing.T) servers.Point {
	t.Helper()
	example, err := os.ReadFile("examples/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	return func(s *servers.Server, version string) {
		servers.Nginx(s, string(example), "error_page 495", "#", "TLSv1.2 TLSv1.3", "TLSv"+version)
	}
}

// outcomes are the results of sending a document to a server that does not work.
type outcomes struct{ none, another, broken string }

const (
	wanted  = "the collection point requires a certificate, which this appliance does not have"
	refused = "the collection point refused the certificate of this appliance: its authority is not trusted there"
	missing = "409 Conflict: the collection point did not confirm that it stores another document under this id"
)

// T15, T16, T17: real servers with wrong settings. Each reports the problem in its own way, after
// the handshake or in it, and while we write; the error names it, and no document is lost. Once the
// server, or the appliance, is repaired, the next try succeeds.
func TestRealServers(t *testing.T) {
	clients, others := newCA(t), newCA(t)
	points := map[string]servers.Point{"nginx": nginx(t)}
	for name, point := range servers.Points {
		points[name] = point
	}
	for name, want := range map[string]outcomes{
		"nginx": {"400 Bad Request: the collection point probably requires a certificate, which this appliance does " +
			"not have",
			"400 Bad Request: the collection point probably refused the certificate of this appliance",
			"500 Internal Server Error"},
		"Apache":   {wanted, refused, missing},
		"lighttpd": {wanted, refused, missing},
		"HAProxy":  {wanted, refused, "503 Service Unavailable"},
		"stunnel":  {wanted, refused, "the connection ended before the answer was complete"},
	} {
		for _, version := range []string{"1.2", "1.3"} {
			t.Run(name+" "+version, func(t *testing.T) {
				t.Parallel()
				s, p := serve(t, points[name], version, clients)
				p.slow = version == "1.3" && slices.Contains([]string{"Apache", "HAProxy", "stunnel"}, name)
				p.fails(t, nil, want.none, "collection_point.certificate")
				p.fails(t, others, want.another, "collection_point.certificate")
				p.slow = false
				p.shakes(t, nil, want.none, name == "nginx")
				p.shakes(t, others, want.another, name == "nginx")
				p.shakes(t, clients, "", true)
				p.fails(t, clients, want.broken, "")
				if name == "HAProxy" || name == "stunnel" { // there is no server behind them
					return
				}
				s.Folder("data/v1/usage/acme")
				if err := p.send(t, clients, document); err != nil {
					t.Errorf("mended: got %v, want accepted", err)
				}
				if _, err := os.Stat(s.Path("data/v1/usage/acme/" + id)); err != nil {
					t.Error(err)
				}
				p.sendsBacklog(t, clients, s)
			})
		}
	}
}

// pair is a [Sender] and its server: one sender for all documents, so that sessions are resumed.
type pair struct {
	sender  *Sender
	address string
	slow    bool // the document is written after the server has hung up
}

// serve starts a server that asks for certificates and has no folder for the product, and a sender
// to it.
func serve(t *testing.T, point servers.Point, version string, clients *privateca.CA) (*servers.Server, *pair) {
	t.Helper()
	ca, s := newCA(t), servers.New(t)
	s.Certify(ca, clients, host)
	s.Folder("data/v1/usage")
	point(s, version)
	p := &pair{address: s.Address()}
	c := dialTo("")
	c.Roots = ca.Pool()
	var err error
	if p.sender, err = New(c); err != nil {
		t.Fatal(err)
	}
	return s, p
}

// shakes expects from [Sender.Handshake] the error that send would return, except from a server
// that reports it in an answer: there the handshake succeeds.
func (p *pair) shakes(t *testing.T, ca *privateca.CA, want string, passes bool) {
	t.Helper()
	p.prepare(t, ca)
	shaken, err := p.sender.Handshake(t.Context())
	if !passes {
		wantError(t, err, want, "collection_point.certificate")
	} else if err != nil || shaken.NoCertificate != (ca == nil) {
		t.Errorf("a handshake alone: got %+v, %v, want it to pass", shaken, err)
	}
}

// send presents a certificate of this authority, or none, through a gate in an hour of its own.
func (p *pair) send(t *testing.T, ca *privateca.CA, body []byte) error {
	t.Helper()
	p.prepare(t, ca)
	return p.sender.Send(t.Context(), id, body, false)
}

// sendsBacklog expects that three documents arrive over one connection.
func (p *pair) sendsBacklog(t *testing.T, ca *privateca.CA, s *servers.Server) {
	t.Helper()
	p.prepare(t, ca)
	dial, dialed := p.sender.config.DialContext, 0
	p.sender.config.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		dialed++
		return dial(ctx, network, address)
	}
	if err := backlog(t, p.sender, 3); err != nil || dialed != 1 {
		t.Errorf("a backlog: got %v over %d connections, want it accepted over one", err, dialed)
	}
	for n := range 3 {
		if _, err := os.Stat(s.Path(fmt.Sprint("data/v1/usage/acme/acme-", n))); err != nil {
			t.Error(err)
		}
	}
}

func (p *pair) prepare(t *testing.T, ca *privateca.CA) {
	t.Helper()
	g := gated(t, "")
	g.Dial = nil
	if p.slow {
		g.Dial = dialLate
	}
	p.sender.config.DialContext, p.sender.config.Certificate = straightTo(g, p.address), nil
	if ca != nil {
		own, err := ca.IssueClient("appliance")
		if err != nil {
			t.Fatal(err)
		}
		p.sender.config.Certificate = shows(own)
	}
}

// fails expects the same failure twice: with either size, and in a resumed session if there is one.
func (p *pair) fails(t *testing.T, ca *privateca.CA, want, hint string) {
	t.Helper()
	for _, body := range bodies() {
		wantError(t, p.send(t, ca, body), want, hint)
	}
}

// gated returns an open [gate.Gate] whose every connection goes to this address.
func gated(t testing.TB, address string) *gate.Gate {
	t.Helper()
	money, err := budget.Open(durable.OS{}, filepath.Join(t.TempDir(), "budget"), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	return &gate.Gate{
		Budget: money, Consent: func(context.Context) gate.Decision { return always{} }, Now: midHour,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
}

// always is a [gate.Decision] that is always in force.
type always struct{}

func (always) Check() error           { return nil }
func (always) Ended() <-chan struct{} { return nil }

// straightTo dials the address through the gate, without a lookup.
func straightTo(g *gate.Gate, address string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return g.DialContext(ctx, network, address)
	}
}

// midHour keeps tests away from the end of a clock hour, when connections end.
func midHour() time.Time { return time.Now().Truncate(time.Hour).Add(30 * time.Minute) }
