package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/minio/minio-go/v7"

	"polycom.com/usagedata/core/usage"
)

var (
	// errCondition means that an object with the key exists.
	errCondition = errors.New("the server has an object of this name")
	errAgain     = errors.New("the server contradicts itself")
	errDamaged   = errors.New("the content does not match its sum")
	errOrder     = errors.New("the server does not list objects in the order of their names")
	errCut       = errors.New("the connection to the server was cut")
	errSlow      = errors.New("the server did not answer in time")
	errBig       = errors.New("the server's answer is too long")
)

// refusal is an answer of the server.
type refusal struct {
	status int
	code   string // one of codes, or empty
}

func (r refusal) Error() string {
	if r.code == "" {
		return fmt.Sprintf("the server answered %d %s", r.status, http.StatusText(r.status))
	}
	return fmt.Sprintf("the server answered %d %s", r.status, r.code)
}

// codes are the error codes of servers that errors repeat, with hints.
var codes = map[string]string{
	"AccessDenied":                 "the account must be allowed to put, get, list and delete objects in the bucket",
	"AuthorizationHeaderMalformed": "the region may be another one",
	"EntityTooLarge":               "the server does not take objects of this size",
	"InvalidAccessKeyId":           "the server does not know the access key",
	"InvalidRegion":                "the region is another one",
	"InvalidBucketName":            "the bucket's name may be another one, or the server needs path style",
	"NoSuchBucket":                 "create the bucket, or correct its name",
	"NotImplemented":               "the server lacks a function that the store needs, such as conditional writes",
	"PermanentRedirect":            "the region or the endpoint is another one",
	"RequestTimeTooSkewed":         "the clocks of this machine and of the server differ too much",
	"SignatureDoesNotMatch":        "the secret key is wrong",
	"ExpiredToken":                 "the session token has expired",
	"InvalidToken":                 "the session token is wrong",
	"SlowDown":                     "the server is overloaded",
	"QuotaExceeded":                "",
	"NoSpaceLeftOnDevice":          "",
	"XMinioStorageFull":            "",
	"InsufficientStorage":          "",
}

// fullCodes are the codes that mean that nothing was written because there is no space.
var fullCodes = []string{"QuotaExceeded", "NoSpaceLeftOnDevice", "XMinioStorageFull", "InsufficientStorage"}

// failure returns the error for an error of the library, which holds URLs and parts of the answer.
func (s *S3) failure(err error) error {
	if err == nil {
		return nil
	}
	var answer minio.ErrorResponse
	if errors.As(err, &answer) && answer.StatusCode != 0 {
		return s.refused(answer)
	}
	return broken(err)
}

func (s *S3) refused(answer minio.ErrorResponse) error {
	r := refusal{status: answer.StatusCode}
	if _, known := codes[answer.Code]; known {
		r.code = answer.Code
	}
	switch {
	case r.status == http.StatusPreconditionFailed:
		return errCondition
	case r.status == http.StatusNotFound && answer.Code == "NoSuchKey":
		return ErrMissing
	case r.status == http.StatusInsufficientStorage || slices.Contains(fullCodes, r.code):
		return fmt.Errorf("%w: %w", ErrFull, r)
	case codes[r.code] != "":
		return usage.WithHint(r, codes[r.code])
	}
	return r
}

// notTLS is an error of net/http that has no variable.
const notTLS = "http: server gave HTTP response to HTTPS client"

// broken returns the error for a request that the server did not answer, or not to its end.
func broken(err error) error {
	var (
		timeout     net.Error
		operation   *net.OpError
		unknown     x509.UnknownAuthorityError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		named       *url.Error
		key         keyError
		syntax      *xml.SyntaxError
	)
	switch {
	case errors.As(err, &key):
		return final{key}
	case errors.As(err, &syntax) && syntax.Msg != "unexpected EOF":
		return final{errors.New("the answer is not that of an S3 server")}
	case errors.Is(err, errBig):
		return errBig
	case errors.As(err, &unknown):
		return final{usage.WithHint(errors.New("the server's certificate is of an unknown authority"),
			"give the store the file with the authority's certificate")}
	case errors.As(err, &certificate):
		return final{fmt.Errorf("the server's certificate: %w", certificate.Err)}
	case errors.As(err, &record), errors.As(err, &named) && named.Err.Error() == notTLS:
		return final{errors.New("the server does not speak TLS")}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled),
		errors.As(err, &timeout) && timeout.Timeout():
		return errSlow
	case errors.As(err, &operation) && operation.Op == "dial":
		return fmt.Errorf("the server cannot be reached: %w", operation.Err)
	}
	return errCut
}

// final is an error that a repetition does not change.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// lasting are errors that a repetition does not change either.
var lasting = []error{errExists, ErrMissing, ErrFull, errTooLarge, errOrder, errBig}

// passing reports whether a repetition of the request may succeed.
func passing(err error) bool {
	var f final
	if errors.As(err, &f) || slices.ContainsFunc(lasting, func(known error) bool { return errors.Is(err, known) }) {
		return false
	}
	var r refusal
	return !errors.As(err, &r) || r.status >= 500 && r.status != http.StatusNotImplemented ||
		slices.Contains([]int{408, 409, 425, 429, 499}, r.status)
}

const (
	// longest bounds all attempts of one operation.
	longest = 10 * time.Minute
	// perSecond is how many bytes must be transferred in a second.
	perSecond  = 1 << 20
	firstPause = 50 * time.Millisecond
	lastPause  = 5 * time.Second
)

// retry attempts an operation that transfers up to size bytes until it succeeds, cannot succeed, or ctx
// ends.
func (s *S3) retry(ctx context.Context, what string, size int64, operation func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := attempt(ctx, s.limit(size), operation)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w, until %w", what, err, ctx.Err())
		}
		if !passing(err) {
			return fmt.Errorf("%s: %w", what, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w, until %w", what, err, ctx.Err())
		case <-time.After(pause/2 + rand.N(pause)):
		}
	}
}

func attempt(ctx context.Context, limit time.Duration, operation func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return operation(ctx)
}

// bounded bounds the memory that an answer of the server can take.
type bounded struct{ http.RoundTripper }

// maxAnswer bounds a list of maxPage objects, and an error.
const maxAnswer = 8 << 20

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(request)
	if err == nil && request.URL.Query().Has("list-type") {
		response.Body = &limitedBody{response.Body, maxAnswer}
	}
	return response, err
}

type limitedBody struct {
	io.ReadCloser
	left int
}

func (l *limitedBody) Read(b []byte) (int, error) {
	if l.left <= 0 {
		return 0, errBig
	}
	n, err := l.ReadCloser.Read(b[:min(len(b), l.left)])
	l.left -= n
	return n, err
}
