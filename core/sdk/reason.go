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

// Reason says why a category or a field is missing. The list of reasons is closed, because they
// leave the appliance in the document.
type Reason = usage.Reason

// The reasons that a collector may give with [NotAvailable].
const (
	Unexplained    = usage.Unexplained // no other reason fits; the log has the details
	NotConfigured  = usage.NotConfigured
	Misconfigured  = usage.Misconfigured // a setting of the source, or a file that it names, is wrong
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
	NotYet         = usage.NotYet // it is measured from one cycle to the next: see [Counters]
	Malformed      = usage.Malformed
)

// unavailable carries a [Reason] through an author's error chain.
type unavailable struct{ reason Reason }

func (u unavailable) Error() string { return u.reason.Sentence() }

// NotAvailable returns an error that gives the reason explicitly. Wrap it to add details for the
// log.
func NotAvailable(reason Reason) error { return unavailable{reason} }

// NotApplicable returns the error for a product that has nothing that the category could describe.
func NotApplicable() error { return unavailable{usage.Inapplicable} }

// Explain returns the reason for an error: the explicit one of [NotAvailable] or [NotApplicable],
// or otherwise the one that fits the standard library's error. For any other error it returns
// [SourceFailed].
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

// knownErrors maps errors to reasons. The order matters: a DNS lookup that timed out is [Unresolved],
// not [TimedOut].
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
