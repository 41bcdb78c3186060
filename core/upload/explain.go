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

// stage is how far an upload got.
type stage int

const (
	connecting    stage = iota // to the collection point
	reachingProxy              // the proxy
	tunneling                  // through the proxy
	handshaking
	answering
)

// peer names the other side at this stage.
func (s stage) peer() string {
	if s == reachingProxy || s == tunneling {
		return "the proxy"
	}
	return "the collection point"
}

// explanation describes a failure to an administrator: what happened, in our own closed set of
// words, and a hint about how to fix it. The words also go into the journal.
type explanation struct{ text, hint string }

// generalExplanation describes the failure of a stage if nothing more specific is known.
var generalExplanation = map[stage]explanation{
	connecting:    {"no connection to the collection point", hintRoute},
	reachingProxy: {"no connection to the proxy", hintProxy},
	tunneling:     {"the answer of the proxy was not understood: it may not be an HTTP proxy", hintProxy},
	handshaking: {"TLS handshake failed: no protocol in common, or the server is not a collection point",
		hintPoint + "; TLS 1.2 or newer is required"},
	answering: {"the answer was not understood: it may come from another server or from a proxy in between", hintPoint},
}

// failure shows our words and keeps the error for [errors.Is].
type failure struct {
	text string
	err  error
}

func (f failure) Error() string { return f.text }
func (f failure) Unwrap() error { return f.err }

// ourError is a failure on this appliance, for example of a file; its own text is shown.
type ourError struct{ error }

func (e ourError) Unwrap() error { return e.error }

// explain describes an error so that an administrator can act on it. The words never contain a
// name, an address or any text that the other side sent. The only errors shown with their own text
// are those of our own dialer, connection or files, because the network did not make them; below is
// the error of the connection.
func explain(ctx context.Context, at stage, err, below error) error {
	if cause := context.Cause(ctx); cause != nil {
		t := contextEnded(at, cause)
		return usage.WithHint(failure{t.text, errors.Join(cause, err)}, t.hint)
	}
	var ours ourError
	if errors.As(err, &ours) {
		return failure{ours.Error(), err}
	}
	if below != nil && !fromNetwork(below) {
		return failure{below.Error(), errors.Join(below, err)}
	}
	t := describe(at, err)
	return usage.WithHint(failure{t.text, err}, t.hint)
}

// describe tries the most specific description first: a refused certificate, for example, also ends
// the connection.
func describe(at stage, err error) explanation {
	now := time.Now()
	for _, known := range []func() explanation{
		func() explanation { return ownCertificateFailure(err) },
		func() explanation { return serverCertificateFailure(err, now) },
		func() explanation { return proxyFailure(err) },
		func() explanation { return lookupFailure(at, err) },
		func() explanation { return networkFailure(at, err) },
	} {
		if t := known(); t.text != "" {
			return t
		}
	}
	return generalExplanation[at]
}

// contextEnded describes the end of the context: by timeout, by a signal, or with the cause that
// its canceler gave.
func contextEnded(at stage, cause error) explanation {
	switch {
	case errors.Is(cause, context.DeadlineExceeded):
		return timedOut(at)
	case errors.Is(cause, context.Canceled):
		return explanation{text: "interrupted"}
	}
	return explanation{text: cause.Error()}
}

// fromNetwork reports whether an error was made by the network below us and not by the
// [Config.DialContext] that gave us the connection.
func fromNetwork(err error) bool {
	var file *fs.PathError // one of our files could not be read, for example the decision
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
