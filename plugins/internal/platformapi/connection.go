package platformapi

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// settings are what the administrator gives under sources.platform_api.
type settings struct {
	URL         string `json:"url"`         // https://HOST:8443 or with the base's path
	Credentials string `json:"credentials"` // file of one line, USER:PASSWORD, not readable by everyone
	CA          string `json:"ca"`          // file of PEM certificates; empty: the system's
	ServerName  string `json:"server_name"` // the name in the certificate, where it is not the URL's
}

// basePath is where the interface begins unless the URL says otherwise.
const basePath = "/api/rest"

// connection is what is needed for a request.
type connection struct {
	http           *http.Client
	base           string
	user, password string
}

func (s settings) connection() (made connection, err error) {
	if made.base, err = base(s.URL); err != nil {
		return made, fmt.Errorf("url: %w", err)
	}
	if made.user, made.password, err = credentials(s.Credentials); err != nil {
		return made, fmt.Errorf("credentials: %w", err)
	}
	trusted, err := authorities(s.CA)
	if err != nil {
		return made, fmt.Errorf("ca: %w", err)
	}
	made.http = &http.Client{
		Transport: &http.Transport{ // Proxy stays nil: the environment has no say
			TLSClientConfig:    &tls.Config{RootCAs: trusted, ServerName: s.ServerName, MinVersion: tls.VersionTLS12},
			MaxConnsPerHost:    AtOnce,
			DisableCompression: true, // to spare the product's CPU on the way to itself
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return made, nil
}

func base(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return "", errors.New("it is not a URL")
	case u.Scheme != "https":
		return "", errors.New("it does not begin with https://")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("it holds more than host, port and path")
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = basePath
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// credentials reads the file through one descriptor, so that what was checked is what is read.
func credentials(path string) (user, password string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", "", errors.Unwrap(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", "", errors.Unwrap(err)
	}
	if info.Mode().Perm()&0o004 != 0 {
		return "", "", errors.New("the file can be read by everyone")
	}
	line, err := bufio.NewReader(io.LimitReader(f, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", "", errors.Unwrap(err)
	}
	user, password, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
	if !ok || user == "" {
		return "", "", errors.New("the file does not hold a line USER:PASSWORD")
	}
	return user, password, nil
}

func authorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New("the file holds no PEM certificate")
	}
	return pool, nil
}
