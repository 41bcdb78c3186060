// Package upload sends documents to the collection point: one request after another, each after the
// answer to the one before, and only over verified TLS (SEND-2). It implements the little of HTTP
// that this takes itself, so that there is no redirect, second connection at the same time,
// unconfigured proxy or connection that idles: it is open while documents follow each other, and
// closed when [Sender.Send] of the last one returns. README.md in this folder describes the
// protocol.
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
	"sync/atomic"
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

// Sender sends documents. Between two backlogs it keeps the last TLS session, in memory only, so
// that the next handshake is shorter. It is safe for use by several goroutines.
type Sender struct {
	config  Config
	pins    []profile.Pin
	session session
	waiting atomic.Pointer[channel] // the connection that is open for the next document, or nil
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
	return &Sender{config: c, pins: pins}, errors.Join(problems...)
}

// Send uploads body as the document id, and returns nil if the collection point accepted it. An
// error that wraps [ErrRejected] is final, and an error that wraps [ErrRefusedForNow] becomes final
// after [RetryPeriod]. After any other error the same document may be sent again, but not before
// [RetryAfter] if that is given. The errors of the dialer, its connection and the cause of ctx stay
// in the chain, for [errors.Is].
//
// If another document follows at once and this one is accepted, the connection stays open for it,
// until that Send or [Sender.HangUp]. Otherwise the connection is closed when Send returns.
//
// The error's text never repeats anything that the other side sent.
func (s *Sender) Send(ctx context.Context, id string, body []byte, another bool) error {
	if !idForm.MatchString(id) {
		return fmt.Errorf("upload: invalid document id of %d characters", len(id))
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	reply, err := s.exchange(ctx, id, body, another)
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

// HangUp closes the connection that an earlier [Sender.Send] left open, if any, because no other
// document follows after all.
func (s *Sender) HangUp() { s.keep(nil) }

// keep makes c the connection for the next document, and closes the one that was.
func (s *Sender) keep(c *channel) {
	if former := s.waiting.Swap(c); former != nil {
		former.Close()
	}
}

// exchange sends the request and reads the answer: over the connection that waits, or over a new
// one. If we crash at any point, the collection point either has the document or not; sent again
// under the same id, it is the same resource.
func (s *Sender) exchange(ctx context.Context, id string, body []byte, another bool) (reply, error) {
	request, err := s.request(id, body, another)
	if err != nil {
		return reply{}, err
	}
	if c := s.waiting.Swap(nil); c != nil {
		r, err := s.askAgain(ctx, c, request, another)
		if !errors.Is(err, errAbandoned) {
			return r, err
		}
	}
	c, err := s.secure(ctx)
	if err != nil {
		return reply{}, err
	}
	return s.ask(ctx, c, request, another)
}

// ask sends the request over c and reads the answer. It keeps the connection for another document
// if this one is accepted, and closes it otherwise: after a refusal the collection point shall see
// the present certificate of this appliance, in a new handshake.
func (s *Sender) ask(ctx context.Context, c *channel, request []byte, another bool) (reply, error) {
	r, err := c.exchange(request)
	if err != nil {
		if !errors.Is(err, errAbandoned) {
			s.session.forget()
			err = explain(ctx, answering, c.identity.judge(err), c.below.firstError())
		}
		c.Close()
		return reply{}, err
	}
	if another && r.accepts() && r.complete && c.below.pause() {
		s.keep(c)
	} else {
		c.Close()
	}
	return r, nil
}

// askAgain sends a further request over a connection that has waited. It returns errAbandoned if
// the collection point has ended the connection without an answer to this request: that may be for
// any reason of its own, such as a time limit, and says nothing about the document.
func (s *Sender) askAgain(ctx context.Context, c *channel, request []byte, another bool) (reply, error) {
	if !c.resume(ctx) {
		c.Close()
		return reply{}, errAbandoned
	}
	return s.ask(ctx, c, request, another)
}

func (s *Sender) address() string {
	return net.JoinHostPort(s.config.Host, strconv.Itoa(s.config.Port))
}

// request returns the compressed document as one request, which asks for the connection to be closed
// if no other document follows.
func (s *Sender) request(id string, body []byte, another bool) ([]byte, error) {
	content, err := compress(body)
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
	request.Close = !another
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Content-Encoding", coding)
	request.Header.Set("Content-Digest", digest(content))
	request.Header.Set("User-Agent", s.config.UserAgent)
	var message bytes.Buffer
	if err := request.Write(&message); err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	return message.Bytes(), nil
}
