package upload

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"time"

	"polycom.com/usagedata/core/usage"
)

// stage is how far an upload came.
type stage int

const (
	connecting stage = iota // to the collection point
	reaching                // the proxy
	tunnelling              // through the proxy
	shaking
	answering
)

// whom is the one we spoke to.
func (s stage) whom() string {
	if s == reaching || s == tunnelling {
		return "the proxy"
	}
	return "the collection point"
}

// telling is a failure as an administrator reads it: what happened, in our own closed words, and
// what to do about it. The words stand in the journal too.
type telling struct{ words, hint string }

// otherwise is what is said of a stage when nothing closer is known.
var otherwise = map[stage]telling{
	connecting: {"no connection to the collection point", hintWay},
	reaching:   {"no connection to the proxy", hintProxy},
	tunnelling: {"the answer of the proxy was not understood: not an HTTP proxy", hintProxy},
	shaking: {"TLS handshake failed: the collection point and we have no protocol in common, or it is none",
		hintPoint + "; TLS 1.2 or newer is wanted"},
	answering: {"the answer was not understood: not a collection point, or something in between", hintPoint},
}

// failure keeps the error below our words for errors.Is.
type failure struct {
	words string
	err   error
}

func (f failure) Error() string { return f.words }
func (f failure) Unwrap() error { return f.err }

// ourError is a failure on this appliance, a file for example: it speaks for itself.
type ourError struct{ error }

func (e ourError) Unwrap() error { return e.error }

// explain tells an error so that an administrator can act. The words never hold a name, an
// address or what the other side sent. Only a refusal of our own dialer, connection or files,
// which no network made, speaks for itself; below is what those said.
func explain(ctx context.Context, at stage, err, below error) error {
	if cause := context.Cause(ctx); cause != nil {
		t := ended(at, cause)
		return usage.WithHint(failure{t.words, errors.Join(cause, err)}, t.hint)
	}
	var ours ourError
	if errors.As(err, &ours) {
		return failure{ours.Error(), err}
	}
	if below != nil && !byNetwork(below) {
		return failure{below.Error(), errors.Join(below, err)}
	}
	t := tell(at, err)
	return usage.WithHint(failure{t.words, err}, t.hint)
}

// tell asks for the closest description first: a certificate that is refused also ends the
// connection.
func tell(at stage, err error) telling {
	now := time.Now()
	for _, known := range []func() telling{
		func() telling { return identified(err) },
		func() telling { return certificate(err, now) },
		func() telling { return proxied(err) },
		func() telling { return lookup(at, err) },
		func() telling { return connection(at, err) },
	} {
		if t := known(); t.words != "" {
			return t
		}
	}
	return otherwise[at]
}

// ended is about the end of the context: time, a signal, or what the one who ended it said.
func ended(at stage, cause error) telling {
	switch {
	case errors.Is(cause, context.DeadlineExceeded):
		return timedOut(at)
	case errors.Is(cause, context.Canceled):
		return telling{words: "interrupted"}
	}
	return telling{words: cause.Error()}
}

// byNetwork reports whether an error was made by the network below us and not by whoever gave
// us the connection.
func byNetwork(err error) bool {
	var file *fs.PathError // a file of ours that could not be read, as that of the decision
	if errors.As(err, &file) {
		return false
	}
	var network net.Error // and every syscall.Errno
	if errors.As(err, &network) {
		return true
	}
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}
