package upload

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// stage is how far an upload came.
type stage int

const (
	connecting stage = iota
	shaking
	answering
)

// otherwise is what is said of a stage when nothing closer is known.
var otherwise = map[stage]string{
	connecting: "no connection to the collection point",
	shaking:    "TLS handshake failed: the collection point and we have no protocol in common, or it is none",
	answering:  "the answer was not understood: not a collection point, or something in between",
}

// failure says in our own closed words what happened, and keeps the error for errors.Is.
type failure struct {
	words string
	err   error
}

func (f failure) Error() string { return f.words }
func (f failure) Unwrap() error { return f.err }

// explain tells an error so that an administrator can act. The words never hold a name, an
// address or what the other side sent. Only a refusal of our own dialer or connection, which
// no network made, speaks for itself; below is what those said.
func explain(ctx context.Context, at stage, err, below error) error {
	if cause := context.Cause(ctx); cause != nil {
		return failure{ended(cause), errors.Join(cause, err)}
	}
	if below != nil && !byNetwork(below) {
		return failure{below.Error(), errors.Join(below, err)}
	}
	for _, known := range []func(error) string{certificate, lookup, connection} {
		if words := known(err); words != "" {
			return failure{words, err}
		}
	}
	return failure{otherwise[at], err}
}

// ended is about the end of the context: time, a signal, or what the one who ended it said.
func ended(cause error) string {
	switch {
	case errors.Is(cause, context.DeadlineExceeded):
		return timedOut
	case errors.Is(cause, context.Canceled):
		return "interrupted"
	}
	return cause.Error()
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

const timedOut = "timed out: the collection point did not answer in time"

// certificate is about who the other side is.
func certificate(err error) string {
	var (
		host    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		other   *tls.CertificateVerificationError
		noTLS   tls.RecordHeaderError
		remote  *net.OpError
	)
	switch {
	case errors.As(err, &host):
		return "the certificate is for another host: check the name of the collection point, or what is in between"
	case errors.As(err, &unknown):
		return "the certificate is from an unknown authority: check the trusted roots, or what is in between"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate is expired or not valid yet: check the clock of this appliance"
	case errors.As(err, &other), errors.As(err, &invalid):
		return "the certificate is not valid"
	case errors.As(err, &noTLS):
		return "the other side does not speak TLS: check the port, or what is in between"
	case errors.As(err, &remote) && remote.Op == "remote error": // so crypto/tls names an alert
		return "the collection point refused the TLS handshake"
	}
	return ""
}

// lookup is about the name.
func lookup(err error) string {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return ""
	}
	if dns.IsNotFound {
		return "name not found: no name server knows the collection point"
	}
	return "name look-up failed: no name server answered"
}

// connection is about the way there.
func connection(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused: nothing listens there, or something in between forbids it"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "no route to the collection point"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return timedOut
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection ended before the answer did: reset by the collection point, or something in between"
	}
	return ""
}
