package httpapi

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// settings holds the administrator's settings of an API.
type settings struct {
	URL         string `json:"url"`         // https://HOST:PORT/PATH
	Credentials string `json:"credentials"` // file with one line, USER:PASSWORD, not readable by every user
	Token       string `json:"token"`       // file with one line, sent as bearer token, not readable by every user
	CA          string `json:"ca"`          // file with PEM certificates; empty: the system's
	ServerName  string `json:"server_name"` // name in the certificate if it differs from the URL
}

// connection holds everything that is needed for a request.
type connection struct {
	http          *http.Client
	base          *url.URL
	user          string
	authorization string // the header; empty if no login is configured
}

func (s settings) connection() (made connection, err error) {
	if made.base, err = base(s.URL); err != nil {
		return made, fmt.Errorf("url: %w", err)
	}
	if made.user, made.authorization, err = s.login(); err != nil {
		return made, err
	}
	trusted, err := sdk.CertPool(s.CA)
	if err != nil {
		return made, fmt.Errorf("ca: %w", err)
	}
	protection := &tls.Config{RootCAs: trusted, ServerName: s.ServerName, MinVersion: tls.VersionTLS12}
	made.http = &http.Client{
		Transport: &http.Transport{ // Proxy stays nil: the environment has no influence
			TLSClientConfig:        protection,
			MaxConnsPerHost:        1,
			IdleConnTimeout:        time.Second, // the next collector asks soon, or no other does
			MaxResponseHeaderBytes: maxHeader,
			DisableCompression:     true, // saves the CPU of the product, which is on the same machine
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return made, nil
}

func (s settings) login() (user, authorization string, err error) {
	switch {
	case s.Credentials != "" && s.Token != "":
		return "", "", errors.New("both credentials and token are given")
	case s.Credentials != "":
		user, password, err := sdk.Credentials(s.Credentials)
		if err != nil {
			return "", "", fmt.Errorf("credentials: %w", err)
		}
		request := http.Request{Header: http.Header{}}
		request.SetBasicAuth(user, password)
		return user, request.Header.Get("Authorization"), nil
	case s.Token != "":
		token, err := sdk.Secret(s.Token)
		if err == nil && strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
			err = errors.New("a token has no spaces and no special characters")
		}
		if err != nil {
			return "", "", fmt.Errorf("token: %w", err)
		}
		return "", "Bearer " + token, nil
	}
	return "", "", nil
}

func base(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return nil, errors.New("not a URL")
	case u.Scheme != "https":
		return nil, errors.New("must begin with https://")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("must have only host, port and path")
	}
	return u, nil
}

// below returns the URL of a path of the API. A path can contain a part of an answer, so it must not
// lead elsewhere.
func (c connection) below(at string) (string, error) {
	base := c.base.String()
	switch {
	case at == "":
		return base, nil
	case at[0] == '/':
		base = strings.TrimRight(base, "/")
	case at[0] != '?':
		return "", errPath
	}
	u, err := url.Parse(base + at)
	if err != nil || u.Host != c.base.Host || u.Fragment != "" || slices.Contains(strings.Split(u.Path, "/"), "..") {
		return "", errPath
	}
	return u.String(), nil
}

var errPath = fmt.Errorf("%w: the path must begin with / or ? and must not have .. or #",
	sdk.NotAvailable(sdk.Unexplained))
