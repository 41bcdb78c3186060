package wire

import (
	"bufio"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"polycom.com/usagedata/test/nameserver"
	"polycom.com/usagedata/test/privateca"
)

// playPoint runs the collection point, its name server, and the counter. The point's behavior:
//
// \t(nothing)  accepts each document
// \tabsent     does not listen
// \tstall      accepts connections and says nothing
// \ttiny       sends each byte in a segment of its own
// \treset:N    resets the connection when it has read N bytes
// \tdribble    answers byte by byte, more than any client reads
// \tpour       answers, and sends a body without end
// \tstay       accepts the document, and does not close
func playPoint(s scene) error {
	in := bufio.NewReader(os.Stdin)
	if _, err := in.ReadString('\n'); err != nil {
		return err
	}
	if err := s.furnish(1); err != nil {
		return err
	}
	c, err := count()
	if err != nil {
		return err
	}
	authority, err := s.listen()
	if err != nil {
		return err
	}
	if err := report(authority); err != nil {
		return err
	}
	if _, err := in.ReadString('\n'); err != nil {
		return err
	}
	total, err := c.total()
	if err != nil {
		return err
	}
	return report(total)
}

// listen returns the authority of the point's certificate.
func (s scene) listen() ([]byte, error) {
	address := s.addresses()[1]
	answer := nameserver.Answer{Addresses: []netip.Addr{netip.MustParseAddr(address)}}
	_, err := nameserver.StartAt(net.JoinHostPort(address, "53"), func(string, dnsmessage.Question) nameserver.Answer {
		return answer
	})
	if err != nil {
		return nil, err
	}
	ca, err := privateca.New()
	if err != nil {
		return nil, err
	}
	certificate, err := chain(ca, s.Chain)
	if err != nil || s.Point == "absent" {
		return ca.PEM(), err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "8443"))
	if err != nil {
		return nil, err
	}
	go s.serve(listener, certificate)
	return ca.PEM(), nil
}

// chain returns a certificate with this many bytes of unrelated certificates appended.
func chain(ca *privateca.CA, size int) (tls.Certificate, error) {
	certificate, err := ca.Issue(host)
	for size > 0 && err == nil {
		var other tls.Certificate
		if other, err = ca.Issue(host); err == nil {
			certificate.Certificate = append(certificate.Certificate, other.Certificate[0])
			size -= len(other.Certificate[0])
		}
	}
	return certificate, err
}

func (s scene) serve(listener net.Listener, certificate tls.Certificate) {
	server := &http.Server{Handler: http.HandlerFunc(s.answer), ErrorLog: log.New(io.Discard, "", 0)}
	_ = server.Serve(tls.NewListener(misbehavingListener{listener, s.Point},
		&tls.Config{Certificates: []tls.Certificate{certificate}}))
}

// answer answers a request.
func (s scene) answer(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if s.Point != "dribble" && s.Point != "pour" && s.Point != "stay" {
		w.WriteHeader(http.StatusCreated)
		return
	}
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	s.misbehave(c)
}

func (s scene) misbehave(c net.Conn) {
	switch s.Point {
	case "dribble":
		say(c, "HTTP/1.1 201 Created\r\nX: "+strings.Repeat("x", 1<<20), 3*time.Millisecond)
	case "pour":
		say(c, "HTTP/1.1 201 Created\r\nContent-Length: 1000000000\r\n\r\n", 0)
		for _, err := c.Write(nil); err == nil; {
			_, err = c.Write(make([]byte, 1<<14))
		}
	case "stay":
		say(c, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 0)
		<-time.After(time.Hour)
	}
}

// say writes a text: with a pause after each byte, or at once.
func say(to net.Conn, text string, pause time.Duration) {
	if pause == 0 {
		_, _ = io.WriteString(to, text)
		return
	}
	for i := range len(text) {
		if _, err := io.WriteString(to, text[i:i+1]); err != nil {
			return
		}
		<-time.After(pause)
	}
}

// misbehavingListener is a listener whose connections misbehave.
type misbehavingListener struct {
	net.Listener
	does string
}

func (o misbehavingListener) Accept() (net.Conn, error) {
	c, err := o.Listener.Accept()
	if err != nil {
		return nil, err
	}
	switch does, after, _ := strings.Cut(o.does, ":"); does {
	case "tiny":
		return smallWrites{c}, nil
	case "stall":
		return stalled{c}, nil
	case "reset":
		left, err := strconv.Atoi(after)
		return &resetting{Conn: c, left: left}, err
	}
	return c, nil
}

// smallWrites writes each byte as a segment.
type smallWrites struct{ net.Conn }

func (t smallWrites) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := t.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}

// stalled never reads.
type stalled struct{ net.Conn }

func (stalled) Read([]byte) (int, error) {
	<-time.After(time.Hour)
	return 0, io.EOF
}

// resetting resets the connection when it has read this much.
type resetting struct {
	net.Conn
	left int
}

func (r *resetting) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	if r.left -= n; r.left <= 0 {
		_ = r.Conn.(*net.TCPConn).SetLinger(0)
		r.Conn.Close()
	}
	return n, err
}
