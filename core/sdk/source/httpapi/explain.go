package httpapi

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"

	"polycom.com/usagedata/core/sdk"
)

// malformed returns the error for an answer of another form.
func malformed(problem string) error {
	return fmt.Errorf("decode the answer: %s: %w", problem, sdk.NotAvailable(sdk.Malformed))
}

// waiting returns the error for a request whose context ended before its turn.
func waiting(ctx context.Context) error {
	return fmt.Errorf("wait for another request: %w", ctx.Err())
}

// failed returns the error for an answer with an error status.
func failed(code int) error {
	if code == http.StatusUnauthorized {
		return errRefused
	}
	if code >= 300 && code < 400 {
		return fmt.Errorf("status %d, and no redirect is followed: %w", code, sdk.NotAvailable(sdk.Malformed))
	}
	return fmt.Errorf("status %d: %w", code, sdk.NotAvailable(reasonOf(code)))
}

var errRefused = fmt.Errorf("status %d: %w", http.StatusUnauthorized, sdk.NotAvailable(sdk.LoginRefused))

func reasonOf(code int) sdk.Reason {
	switch code {
	case http.StatusNotFound, http.StatusGone, http.StatusNotAcceptable:
		return sdk.NotOnRelease
	case http.StatusForbidden:
		return sdk.NotPermitted
	}
	return sdk.SourceFailed
}

// notReached returns the error for a request without an answer. The cause contains the URL, or names
// of the certificate, so only its reason is kept.
func notReached(cause error) error {
	reason := sdk.Explain(cause)
	if errors.Is(cause, http.ErrSchemeMismatch) {
		reason = sdk.Malformed
	}
	if detail := ofCertificate(cause); detail != "" {
		return fmt.Errorf("connect: %s: %w", detail, sdk.NotAvailable(reason))
	}
	return fmt.Errorf("send the request: %w", sdk.NotAvailable(reason))
}

// ofCertificate says why the server's certificate is not trusted.
func ofCertificate(cause error) string {
	var name x509.HostnameError
	var issuer x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(cause, &name):
		return "the certificate is for another name than that of the url: give it as server_name"
	case errors.As(cause, &issuer):
		return "the certificate is not from an authority in ca"
	case errors.As(cause, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate has expired or is not valid yet"
	}
	return ""
}
