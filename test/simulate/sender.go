package simulate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"polycom.com/usagedata/core/upload"
)

// sender is a [cycle.Sender] that uploads a document as upload.sender does, but without TLS and
// HTTP: as many bytes in each direction, the same order of steps, the same time limits. (TLS and
// HTTP have tests of their own, over real connections.)
type sender struct {
	w    *world
	p    *process
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Believes is a bug to plant: any end of the answer counts as acceptance.
	Believes bool
	// Stubborn is a bug to plant: the upload goes on after its context has ended.
	Stubborn bool
	// Alters is a bug to plant: it changes id and body before they are sent.
	Alters func(id string, body []byte) (string, []byte)
	// Clings is a bug to plant: the connection stays open after the last document.
	Clings bool

	waiting net.Conn // the connection that is open for the next document, or nil
}

// limits are the time limits of an upload. The longest is the service's own. Most are shorter,
// because the rest of a minute brings no event that its beginning does not, and costs the
// simulation as much time as anything else.
var limits = []time.Duration{8 * time.Second, 12 * time.Second, 20 * time.Second, time.Minute}

// Send implements [cycle.Sender].
func (s *sender) Send(ctx context.Context, id string, body []byte, another bool) error {
	if s.Stubborn {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, limits[s.w.wire.dice.below(len(limits))])
	defer cancel()
	known := id
	if s.Alters != nil {
		id, body = s.Alters(id, body)
	}
	code, asks, err := s.exchange(ctx, s.request(id, body, another || s.Clings))
	switch {
	case err != nil && !(s.Believes && errors.Is(err, io.EOF)):
		if ctx.Err() != nil {
			err = errors.Join(context.Cause(ctx), err)
		}
		return fmt.Errorf("upload %s: %w", id, err)
	case code >= 400 && code < 500 && code != 429:
		s.w.ledger.refused(s.p, known)
		return fmt.Errorf("upload %s: %d: %w", id, code, upload.ErrRejected)
	case code >= 300:
		if asks > 0 {
			s.w.patience.asked(s.p, asks)
		}
		return fmt.Errorf("upload %s: %w", id, busy{code, asks})
	}
	s.w.ledger.acknowledged(s.p, known)
	return nil
}

// HangUp implements [cycle.Sender].
func (s *sender) HangUp() {
	c := s.waiting
	s.waiting = nil
	switch {
	case c == nil:
	case s.Clings:
		context.AfterFunc(s.p.alive, func() { c.Close() })
	default:
		c.Close()
	}
}

// exchange sends a request over the connection that waits, or over a new one if there is none, or
// the other end has ended it.
func (s *sender) exchange(ctx context.Context, request []byte) (code int, asks time.Duration, err error) {
	if c := s.waiting; c != nil {
		s.waiting = nil
		if isQuiet(c) {
			code, asks, err = s.ask(ctx, c, request)
			if !errors.Is(err, errUnanswered) {
				return code, asks, err
			}
		} else {
			c.Close()
		}
	}
	c, err := s.Dial(ctx, "tcp", "192.0.2.1:8443")
	if err != nil {
		return 0, 0, err
	}
	if err := shake(ctx, c); err != nil {
		c.Close()
		return 0, 0, err
	}
	return s.ask(ctx, c, request)
}

// isQuiet reports whether the other end has neither ended the connection nor sent anything.
func isQuiet(c net.Conn) bool {
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	n, err := c.Read(make([]byte, 1))
	return n == 0 && errors.Is(err, os.ErrDeadlineExceeded) && c.SetReadDeadline(time.Time{}) == nil
}

func shake(ctx context.Context, c net.Conn) error {
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := c.Write(make([]byte, hello)); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, flight))
	return err
}

// errUnanswered means that the connection ended before the answer began.
var errUnanswered = errors.New("no answer")

// ask closes the connection unless the answer says that it stays open.
func (s *sender) ask(ctx context.Context, c net.Conn, request []byte) (code int, asks time.Duration, err error) {
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer func() {
		if !stop() || s.waiting != c {
			c.Close()
			s.waiting = nil
		}
	}()
	_, writeErr := c.Write(request)
	text := make([]byte, letter)
	if n, err := io.ReadFull(c, text); err != nil {
		if n == 0 && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)) {
			err = errors.Join(errUnanswered, err)
		}
		return 0, 0, errors.Join(writeErr, err)
	}
	var then string
	_, err = fmt.Sscanf(string(text), "%d %d %s", &code, &asks, &then)
	if then == staysOpen {
		s.waiting = c
	} else {
		_, _ = io.Copy(io.Discard, io.LimitReader(c, 4<<10))
	}
	return code, asks * time.Second, err
}

// request returns a request of real size: mostly some 15 KB, sometimes as much as a document can
// have.
func (s *sender) request(id string, body []byte, another bool) []byte {
	size := s.w.wire.dice.below(6_000) + 8_000
	if s.w.wire.dice.chance(12) {
		size = 10_000 + s.w.wire.dice.below(60_000)
	}
	size = max(size, len(body))
	return append(fmt.Appendf(nil, "%s %d %d %t\n", id, len(body), size, another),
		append(bytes.Clone(body), make([]byte, size-len(body))...)...)
}
