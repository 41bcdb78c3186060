// Package upload sends one document to the collection point: one connection, one request, one
// answer, and only over verified TLS (SEND-2). It implements the little of HTTP that this takes
// itself, so that there is no redirect, retry, second connection, unconfigured proxy or connection
// left open, and everything is over when [Sender.Send] returns. README.md in this folder describes
// the protocol.
package upload

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"polycom.com/usagedata/core/profile"
)

var (
	// ErrRejected means that the collection point will never accept this document.
	ErrRejected = errors.New("the collection point will not accept this document")
	// ErrRefusedForNow means that the collection point refuses the document, probably for a reason
	// on its side or because of a certificate: it is worth sending again for [RetryPeriod].
	ErrRefusedForNow = errors.New("the collection point does not accept this document now")
)

// RetryPeriod is how long a document is sent again in spite of [ErrRefusedForNow], counted from the
// beginning of its period.
const RetryPeriod = 7 * 24 * time.Hour

// Config configures a [Sender].
type Config struct {
	// Host and Port are those of the collection point; its certificate must be for Host.
	Host string
	Port int
	// Product is the product's id, a part of the path.
	Product string
	// Roots are the authorities that may vouch for the certificate; nil means the system's.
	Roots *x509.CertPool
	// Pins are public keys, sha256/BASE64, at least two, of which one must be in the verified
	// chain. An empty list accepts any key. Pins add to the verification and never replace it.
	Pins []string
	// Certificate reads this appliance's own certificate, for a collection point that asks for one;
	// nil if there is no such certificate.
	Certificate func() (*tls.Certificate, error)
	// Proxy is the HOST:PORT of an HTTP proxy to use; empty means a direct connection. With a
	// proxy, the proxy looks up the collection point's name.
	Proxy string
	// ProxyCredentials reads USER:PASSWORD for the proxy; nil if it needs no login.
	ProxyCredentials func() (string, error)
	// DialContext opens the connection. It is required: a sender with its own way to the network
	// would bypass window, budget and consent.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
	// UserAgent names this host in the request.
	UserAgent string
	// Timeout bounds one [Sender.Send] from look-up to answer; 0 means one minute.
	Timeout time.Duration
}

// Sender sends documents. Between two of them it keeps the last TLS session, in memory only, so
// that the next handshake is shorter. It is safe for use by several goroutines.
type Sender struct {
	config  Config
	pins    []profile.Pin
	session session
	pack    func(body []byte) (coding string, content []byte, err error)
}

// idForm matches an id that may be a part of the path.
var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9TZ-]{0,99}$`)

// New checks the configuration and reports all problems, joined.
func New(c Config) (*Sender, error) {
	var problems []error
	if c.Host == "" {
		problems = append(problems, errors.New("upload: the collection point's host is missing"))
	}
	if c.Port < 1 || c.Port > 65535 {
		problems = append(problems, fmt.Errorf("upload: port %d is not between 1 and 65535", c.Port))
	}
	if !idForm.MatchString(c.Product) {
		problems = append(problems, errors.New("upload: the product's id must be of a-z, 0-9 and -"))
	}
	if c.DialContext == nil {
		problems = append(problems, errors.New("upload: DialContext is missing"))
	}
	if c.Proxy != "" {
		if _, _, err := net.SplitHostPort(c.Proxy); err != nil {
			problems = append(problems, errors.New("upload: the proxy must be HOST:PORT"))
		}
	}
	pins, err := profile.ParsePins(c.Pins)
	if err != nil {
		problems = append(problems, fmt.Errorf("upload: %w", err))
	}
	if c.Timeout <= 0 {
		c.Timeout = time.Minute
	}
	return &Sender{config: c, pins: pins, pack: compress}, errors.Join(problems...)
}

// Send uploads body as the document id, and returns nil if the collection point accepted it. An
// error that wraps [ErrRejected] is final, and an error that wraps [ErrRefusedForNow] becomes final
// after [RetryPeriod]. After any other error the same document may be sent again, but not before
// [RetryAfter] if that is given. The errors of the dialer, its connection and the cause of ctx stay
// in the chain, for [errors.Is].
//
// The error's text never repeats anything that the other side sent.
func (s *Sender) Send(ctx context.Context, id string, body []byte) error {
	if !idForm.MatchString(id) {
		return fmt.Errorf("upload: invalid document id of %d characters", len(id))
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	reply, err := s.exchange(ctx, id, body)
	if err == nil {
		if err = reply.judge(body, time.Now()); err != nil {
			// Any refusal may be about the certificate that was shown when the session began, and
			// servers give several codes for that. The next document shows the present one.
			s.session.forget()
		}
	}
	if err != nil {
		return fmt.Errorf("upload %s: %w", id, err)
	}
	return nil
}

// exchange connects, sends the request and reads the answer. If we crash at any point, the
// collection point either has the document or not; sent again under the same id, it is the same
// resource.
func (s *Sender) exchange(ctx context.Context, id string, body []byte) (reply, error) {
	request, err := s.request(id, body)
	if err != nil {
		return reply{}, err
	}
	c, err := s.secure(ctx)
	if err != nil {
		return reply{}, err
	}
	defer c.Close()
	// A collection point may answer before it has read everything, and hang up. Its answer counts,
	// or else its alert; a failed write counts only if there is neither.
	writeErr := request.Write(c)
	code, header, err := readAnswer(c)
	if err != nil {
		s.session.forget()
		return reply{}, explain(ctx, answering, c.identity.judge(errors.Join(err, writeErr)), c.below.firstError())
	}
	return reply{code, header, c.identity.currentRequest()}, nil
}

// channel is a connection after the handshake. Closing it also closes the connection below.
type channel struct {
	*tls.Conn
	below    *lowerConn
	identity *identity
}

// secure connects and performs the TLS handshake.
func (s *Sender) secure(ctx context.Context) (*channel, error) {
	below, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	identity := &identity{read: s.config.Certificate}
	c := &channel{tls.Client(below, s.tls(identity)), below, identity}
	if err := c.HandshakeContext(ctx); err != nil {
		c.Close()
		return nil, explain(ctx, handshaking, identity.judge(s.withMissingAuthorities(err)), below.firstError())
	}
	identity.accepted = identity.accepted || c.ConnectionState().Version < tls.VersionTLS13
	return c, nil
}

func (s *Sender) address() string {
	return net.JoinHostPort(s.config.Host, strconv.Itoa(s.config.Port))
}

// request returns the compressed document as one request that asks for the connection to be closed.
func (s *Sender) request(id string, body []byte) (*http.Request, error) {
	coding, content, err := s.pack(body)
	if err != nil {
		return nil, err
	}
	to := url.URL{
		Scheme: "https",
		Host:   s.address(),
		Path:   "/v1/usage/" + s.config.Product + "/" + id,
	}
	request, err := http.NewRequest(http.MethodPut, to.String(), bytes.NewReader(content))
	if err != nil {
		return nil, errors.New("the collection point's host is not a valid host name")
	}
	request.Close = true
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Content-Encoding", coding)
	request.Header.Set("Content-Digest", digest(content))
	request.Header.Set("User-Agent", s.config.UserAgent)
	return request, nil
}
