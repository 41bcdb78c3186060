package store

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/usage"
)

// S3Options say which bucket is the store. Nothing else is read: no environment variable, no file of
// another program, and no proxy is used.
type S3Options struct {
	// Endpoint is the server's URL: https://host or https://host:port. http is for a server on this
	// machine.
	Endpoint string
	// PlainHTTP allows http for a server on another machine: anyone in between can read and change
	// the objects.
	PlainHTTP bool
	// Bucket must exist.
	Bucket string
	// Prefix begins the keys of all objects, for a bucket that holds other things too. It is "" or a
	// name of an object; a slash follows it.
	Prefix string
	// Region is us-east-1 if it is empty.
	Region string
	// PathStyle puts the bucket into the path of URLs, as most servers need that are not Amazon's.
	PathStyle bool
	// CAFile holds certificates of authorities, in PEM. If it is empty, those of the system count.
	CAFile string

	AccessKey, SecretKey, SessionToken Secret

	// Timeout bounds one request to the server, in addition to a second for each MiB of an object. It
	// is 30 s if it is 0.
	Timeout time.Duration
}

// Secret is a value, or a file that holds it in one line and is read again every minute.
type Secret struct{ Value, File string }

const (
	defaultTimeout = 30 * time.Second
	dialTimeout    = 10 * time.Second
	maxSecretFile  = 64 << 10
	maxCAFile      = 1 << 20
	// maxConns bounds the connections that stay open for the next requests.
	maxConns = 64
)

// OpenS3 opens the store in a bucket. It does not connect: [S3.Check] does.
func OpenS3(options S3Options) (*S3, error) {
	s, err := openS3(options)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

func openS3(options S3Options) (*S3, error) {
	endpoint, err := parseEndpoint(options)
	if err != nil {
		return nil, err
	}
	if !ValidKeyPrefix(options.Prefix) {
		return nil, errors.New("the prefix must be like an object's name, without a slash at the end")
	}
	if options.Prefix != "" {
		options.Prefix += "/"
	}
	keys := &keys{options: options}
	if _, err := keys.Retrieve(); err != nil {
		return nil, err
	}
	transport, err := newTransport(options)
	if err != nil {
		return nil, err
	}
	core, err := minio.NewCore(endpoint.Host, &minio.Options{
		Creds:        credentials.New(keys),
		Secure:       endpoint.Scheme == "https",
		Transport:    transport,
		Region:       cmp.Or(options.Region, "us-east-1"),
		MaxRetries:   1, // retry does that
		BucketLookup: lookup(options),
	})
	if err != nil {
		return nil, errors.New("the endpoint is not that of an S3 server")
	}
	return &S3{core: *core, bucket: options.Bucket, prefix: options.Prefix,
		timeout: cmp.Or(options.Timeout, defaultTimeout), pageSize: maxPage}, nil
}

func lookup(options S3Options) minio.BucketLookupType {
	if options.PathStyle {
		return minio.BucketLookupPath
	}
	return minio.BucketLookupDNS
}

// parseEndpoint returns no part of the URL in its errors: it may hold a password.
func parseEndpoint(options S3Options) (*url.URL, error) {
	if !ValidBucket(options.Bucket) {
		return nil, errors.New("a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens")
	}
	u, ok := ParseEndpoint(options.Endpoint)
	if !ok {
		return nil, errors.New("the endpoint must be https://host or https://host:port, and nothing else")
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme != "http":
		return nil, errors.New("the endpoint must begin with https://")
	case !options.PlainHTTP && !IsLocal(u):
		return nil, usage.WithHint(errors.New("the endpoint is http, so others could read and change what is stored"),
			"use https, or allow plain HTTP explicitly")
	}
	return u, nil
}

// ParseEndpoint parses the URL of a server; ok is false if it has more than a scheme, a host and a port.
func ParseEndpoint(text string) (u *url.URL, ok bool) {
	u, err := url.Parse(text)
	return u, err == nil && u.Host != "" && u.User == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" &&
		u.Fragment == ""
}

// IsLocal reports whether the server is on this machine.
func IsLocal(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

// ValidBucket reports whether a bucket may have this name.
func ValidBucket(name string) bool {
	return len(name) >= 3 && len(name) <= 63 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" &&
		strings.Trim(name, ".-") == name && !strings.Contains(name, "..")
}

func newTransport(options S3Options) (http.RoundTripper, error) {
	var roots *x509.CertPool
	if options.CAFile != "" {
		pem, err := regular.Read(options.CAFile, maxCAFile)
		if err != nil {
			return nil, err
		}
		roots = x509.NewCertPool()
		if !roots.AppendCertsFromPEM(plaintext.Decode(pem)) {
			return nil, fmt.Errorf("%s holds no certificate", options.CAFile)
		}
	}
	return bounded{&http.Transport{
		DialContext:            (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    dialTimeout,
		MaxIdleConns:           maxConns,
		MaxIdleConnsPerHost:    maxConns,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}}, nil
}

// keys are the credentials. They implement the library's Provider.
type keys struct {
	options S3Options
	read    time.Time // guarded by the library's lock
}

// keyError is an error of the credentials, which the library passes on.
type keyError struct{ error }

func (k keyError) Unwrap() error { return k.error }

// rereadEvery is how long a value from a file is used.
const rereadEvery = time.Minute

// Retrieve reads the credentials. No error holds a part of one.
func (k *keys) Retrieve() (v credentials.Value, err error) {
	v.SignerType = credentials.SignatureV4
	for _, s := range []struct {
		what     string
		secret   Secret
		optional bool
		to       *string
	}{
		{"access key", k.options.AccessKey, false, &v.AccessKeyID},
		{"secret key", k.options.SecretKey, false, &v.SecretAccessKey},
		{"session token", k.options.SessionToken, true, &v.SessionToken},
	} {
		*s.to, err = s.secret.read()
		if err == nil && *s.to == "" && !s.optional {
			err = errors.New("it is missing")
		}
		if err != nil {
			return credentials.Value{}, keyError{fmt.Errorf("the store's %s: %w", s.what, err)}
		}
	}
	k.read = time.Now()
	return v, nil
}

// RetrieveWithCredContext is Retrieve.
func (k *keys) RetrieveWithCredContext(*credentials.CredContext) (credentials.Value, error) {
	return k.Retrieve()
}

// IsExpired reports whether the files must be read again.
func (k *keys) IsExpired() bool { return time.Since(k.read) > rereadEvery }

func (s Secret) read() (string, error) {
	if s.File == "" {
		return s.check(s.Value)
	}
	if s.Value != "" {
		return "", errors.New("it has both a value and a file")
	}
	text, err := regular.Read(s.File, maxSecretFile)
	if err != nil {
		return "", err
	}
	line, ok := plaintext.SoleLine(text)
	if !ok {
		return "", fmt.Errorf("%s must hold one line", s.File)
	}
	return s.check(strings.TrimSpace(line))
}

func (Secret) check(value string) (string, error) {
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", errors.New("it has a character that cannot be in one")
	}
	return value, nil
}
