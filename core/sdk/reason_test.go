package sdk

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/usage"
)

func TestExplain(t *testing.T) {
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	table := []struct {
		err  error
		want Reason
	}{
		{NotAvailable(LoginRefused), LoginRefused},
		{NotApplicable(), usage.Inapplicable},
		{fmt.Errorf("%w: %w", NotAvailable(NotOnRelease), context.DeadlineExceeded), NotOnRelease},
		{ErrNotConfigured, NotConfigured},
		{&net.DNSError{IsTimeout: true}, Unresolved},
		{&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, Untrusted},
		{x509.UnknownAuthorityError{}, Untrusted},
		{x509.HostnameError{Certificate: &x509.Certificate{}}, Untrusted},
		{x509.CertificateInvalidError{Reason: x509.Expired}, Untrusted},
		{context.DeadlineExceeded, TimedOut},
		{os.ErrDeadlineExceeded, TimedOut},
		{dial(syscall.ETIMEDOUT), TimedOut},
		{dial(syscall.ECONNREFUSED), Refused},
		{&fs.PathError{Op: "open", Err: syscall.ENOENT}, NotFound},
		{&fs.PathError{Op: "open", Err: syscall.EACCES}, NotPermitted},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, Malformed},
		{json.Unmarshal([]byte("{"), new(int)), Malformed},
		{json.Unmarshal([]byte(`"a"`), new(int)), Malformed},
		{io.ErrUnexpectedEOF, Malformed},
		{errors.New("anything else"), SourceFailed},
	}
	for _, row := range table {
		if got := Explain(fmt.Errorf("read example: %w", row.err)); got != row.want {
			t.Errorf("%v: got %q, want %q", row.err, got, row.want)
		}
	}
}
