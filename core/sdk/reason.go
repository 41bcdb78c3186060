package sdk

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"syscall"

	"polycom.com/usagedata/core/usage"
)

// Reason says why a category is missing. The list is closed: a reason travels with the document.
type Reason = usage.Reason

// The reasons a collector may give.
const (
	Unexplained    = usage.Unexplained // nothing of the following; the log says more
	NotConfigured  = usage.NotConfigured
	Misconfigured  = usage.Misconfigured // the source is configured, but the settings, or a file they name, are wrong
	NotOnRelease   = usage.NotOnRelease
	NotOnMachine   = usage.NotOnMachine
	MoreThanListed = usage.MoreThanListed
	NotFound       = usage.NotFound
	Refused        = usage.Refused
	Unresolved     = usage.Unresolved
	TimedOut       = usage.TimedOut
	Untrusted      = usage.Untrusted
	LoginRefused   = usage.LoginRefused
	NotPermitted   = usage.NotPermitted
	SourceFailed   = usage.SourceFailed
	SourceStarting = usage.SourceStarting
	Malformed      = usage.Malformed
)

// unavailable carries a reason through an author's error chain.
type unavailable struct{ reason Reason }

func (u unavailable) Error() string { return u.reason.Sentence() }

// NotAvailable is an error that gives the reason explicitly. Wrap it to say more in the log.
func NotAvailable(reason Reason) error { return unavailable{reason} }

// NotApplicable says that this product has nothing that the category could be about.
func NotApplicable() error { return unavailable{usage.Inapplicable} }

// Explain finds the reason in an error: an explicit one, else what the standard library's errors tell.
func Explain(err error) Reason {
	var explicit unavailable
	if errors.As(err, &explicit) {
		return explicit.reason
	}
	for _, known := range knownErrors {
		if known.is(err) {
			return known.reason
		}
	}
	return SourceFailed
}

// knownErrors in the order in which they are asked: a look-up that timed out was not resolved.
var knownErrors = []struct {
	is     func(error) bool
	reason Reason
}{
	{is(ErrNotConfigured), NotConfigured},
	{as[*net.DNSError], Unresolved},
	{as[*tls.CertificateVerificationError], Untrusted},
	{as[x509.UnknownAuthorityError], Untrusted},
	{as[x509.HostnameError], Untrusted},
	{as[x509.CertificateInvalidError], Untrusted},
	{is(context.DeadlineExceeded), TimedOut},
	{timedOut, TimedOut},
	{is(syscall.ECONNREFUSED), Refused},
	{is(fs.ErrNotExist), NotFound},
	{is(fs.ErrPermission), NotPermitted},
	{as[tls.RecordHeaderError], Malformed},
	{as[*json.SyntaxError], Malformed},
	{as[*json.UnmarshalTypeError], Malformed},
	{is(io.ErrUnexpectedEOF), Malformed},
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func as[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

func timedOut(err error) bool {
	var late net.Error
	return errors.As(err, &late) && late.Timeout()
}
