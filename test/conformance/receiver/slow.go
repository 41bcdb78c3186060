package receiver

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

func cutChecks() []Check {
	return []Check{
		{ID: "cut.half",
			Holds: "A document that is cut off is not accepted, and the whole one is accepted afterwards.",
			Why:   "An appliance resets the connection when its window closes or its customer withdraws consent.",
			judge: cutsHalf},
		{ID: "cut.unread", needs: []string{"resend.together"},
			Holds: "A document whose sender does not wait for the answer is accepted when it is sent again.",
			Why:   "The sender does not know whether it was stored.",
			judge: leavesUnread},
	}
}

// cutsHalf sends a part of a document, in several ways, and then the whole.
func cutsHalf(ctx context.Context, v *visit) finding {
	var problems []string
	for what, part := range map[string]func(r request) []byte{
		"after the headers": func(r request) []byte { return r.head() },
		"in the middle":     func(r request) []byte { return append(r.head(), r.body[:len(r.body)/2]...) },
		"before the last":   func(r request) []byte { return append(r.head(), r.body[:len(r.body)-1]...) },
	} {
		for _, quiet := range []bool{true, false} {
			d := v.document()
			r := v.put(d, "gzip")
			if a, err := v.sendPart(ctx, part(r), quiet); err == nil && a.accepts() {
				problems = append(problems, what+": it was accepted: "+a.String())
			}
			problems = append(problems, v.try(ctx, good(what+", and then the whole document", r))...)
		}
	}
	return failIfAny(problems, "A document that was cut off was not treated as it should be.")
}

// sendPart writes a part of a request and ends the connection: with TLS's closing message, after which
// an answer is read, or without a word.
func (v *visit) sendPart(ctx context.Context, part []byte, quiet bool) (answer, error) {
	c, err := v.dial(ctx)
	if err != nil {
		return answer{}, err
	}
	defer c.end()
	if _, err := c.Write(part); err != nil || quiet {
		return answer{}, errors.Join(err, io.EOF)
	}
	if err := c.CloseWrite(); err != nil {
		return answer{}, err
	}
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	return c.read("PUT")
}

func leavesUnread(ctx context.Context, v *visit) finding {
	r := v.put(v.document(), "gzip")
	_, _ = v.sendPart(ctx, r.bytes(), true)
	return failIfAny(v.try(ctx, good("the same again", r)), "A resend was not accepted.")
}

func slowChecks() []Check {
	silent := func(id, when string, judge func(context.Context, *visit) finding) Check {
		return Check{ID: id, waits: true, Serves: []string{"COLL-3"},
			Holds: "A connection that is silent " + when + " is ended in bounded time.",
			Why:   "Peers that keep connections open and say nothing must not use up the collection point.",
			judge: judge}
	}
	return []Check{
		{ID: "slow.pieces", waits: true,
			Holds: "A document that comes in small pieces over some seconds is accepted.",
			Why:   "An appliance behind a slow network may take up to 60 seconds.", judge: sendsPieces},
		silent("slow.connection", "from the beginning", silence(nil)),
		silent("slow.handshake", "in the middle of the handshake", silenceInHandshake),
		silent("slow.start", "after the handshake", silence(func(*visit) []byte { return []byte{} })),
		silent("slow.headers", "in the middle of the headers", silence(func(v *visit) []byte {
			return []byte("PUT /v1/usage/" + v.Product + "/x HTTP/1.1\r\nHost: " + v.host + "\r\nContent-")
		})),
		silent("slow.body", "in the middle of a document", silence(func(v *visit) []byte {
			r := v.put(v.document(), "gzip")
			return append(r.head(), r.body[:len(r.body)/2]...)
		})),
		silent("slow.idle", "after an answer", silenceAfterAnswer),
	}
}

func sendsPieces(ctx context.Context, v *visit) finding {
	const pieces = 16
	c, err := v.dial(ctx)
	if err != nil {
		return fail("There was no connection.").with(err.Error())
	}
	defer c.end()
	r := v.put(v.document(), "gzip")
	_ = c.SetDeadline(time.Now().Add(v.Slow + answerTime))
	next := time.NewTicker(v.Slow / pieces)
	defer next.Stop()
	text := r.bytes()
	for n := range pieces {
		if _, err := c.Write(text[len(text)*n/pieces : len(text)*(n+1)/pieces]); err != nil {
			return fail("The connection was ended after %d of %d pieces.", n, pieces).with(err.Error())
		}
		if n == pieces-1 {
			break
		}
		select {
		case <-next.C:
		case <-ctx.Done():
		}
	}
	a, err := c.read(r.method)
	switch {
	case err != nil:
		return fail("There was no answer.").with(err.Error())
	case !a.accepts():
		return fail("The document was not accepted.").with(a.String())
	}
	v.stored.Add(1)
	return pass("It took %v.", v.Slow)
}

// silence connects, sends what before returns, and expects the end of the connection. With no function
// there is no handshake.
func silence(before func(*visit) []byte) func(context.Context, *visit) finding {
	return func(ctx context.Context, v *visit) finding {
		if before == nil {
			return v.silenceBelow(ctx, nil)
		}
		c, err := v.dial(ctx)
		if err != nil {
			return fail("There was no connection.").with(err.Error())
		}
		defer c.end()
		if _, err := c.Write(before(v)); err != nil {
			return fail("The connection was ended at once.").with(err.Error())
		}
		return v.bounded(c)
	}
}

// silenceInHandshake says so much of a handshake that more must follow.
func silenceInHandshake(ctx context.Context, v *visit) finding {
	return v.silenceBelow(ctx, []byte{22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3})
}

func (v *visit) silenceBelow(ctx context.Context, begin []byte) finding {
	raw, err := v.dialRaw(ctx)
	if err != nil {
		return fail("There was no connection.").with(err.Error())
	}
	defer raw.Close()
	defer context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) })()
	began := time.Now()
	_ = raw.SetDeadline(began.Add(v.Patience))
	_, _ = raw.Write(begin)
	_, err = io.Copy(io.Discard, raw)
	return v.ended(time.Since(began), !errors.Is(err, os.ErrDeadlineExceeded))
}

func silenceAfterAnswer(ctx context.Context, v *visit) finding {
	c, err := v.dial(ctx)
	if err != nil {
		return fail("There was no connection.").with(err.Error())
	}
	defer c.end()
	if a, err := v.over(c, v.put(v.document(), "gzip").kept()); err != nil || !a.accepts() {
		return fail("A good document was not accepted.").with(a.String())
	}
	return v.bounded(c)
}

func (v *visit) bounded(c *conn) finding { return v.ended(c.endsWithin(v.Patience)) }

func (v *visit) ended(took time.Duration, ended bool) finding {
	if !ended {
		return fail("The connection was still open after %v.", v.Patience)
	}
	return pass("It was ended after %v.", took.Round(100*time.Millisecond))
}
