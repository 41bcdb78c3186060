package platformapi

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"polycom.com/usagedata/core/sdk"
)

// sourceName is the name of the interface in the administrator's settings.
const sourceName = "platform_api"

// Client reads the Platform API of one product. [Open] returns one.
type Client struct {
	connect   func() (connection, error) // called once, for the first request
	turns     chan struct{}              // holds one token for each request under way
	carryover *sdk.Carryover             // for conditional requests

	mu       sync.Mutex
	requests int
	refused  bool              // whether the login was refused; trying again could lock the account
	chosen   map[string]string // the Accept header that each resource answered
}

// Open returns a client. It neither reads nor connects. If no interface is configured, every call
// fails with [sdk.NotConfigured]; if the settings are wrong, with [sdk.Misconfigured]. The plugin's
// other sources are not affected.
func Open(env sdk.Env) *Client {
	return &Client{
		turns:     make(chan struct{}, maxConcurrent),
		carryover: env.Carryover,
		chosen:    map[string]string{},
		connect: sync.OnceValues(func() (connection, error) {
			return sdk.Configured(env, sourceName, settings.connection)
		}),
	}
}

// settings holds the administrator's settings under sources.platform_api.
type settings struct {
	URL         string `json:"url"`         // https://HOST:8443, or with the path of the API
	Credentials string `json:"credentials"` // file with one line, USER:PASSWORD, not readable by every user
	CA          string `json:"ca"`          // file with PEM certificates; empty: the system's
	ServerName  string `json:"server_name"` // name in the certificate if it differs from the URL
}

// basePath is the path of the API if the URL has no other.
const basePath = "/api/rest"

// connection holds everything that is needed for a request.
type connection struct {
	http           *http.Client
	base           string
	user, password string
}

func (s settings) connection() (made connection, err error) {
	if made.base, err = base(s.URL); err != nil {
		return made, fmt.Errorf("url: %w", err)
	}
	if made.user, made.password, err = sdk.Credentials(s.Credentials); err != nil {
		return made, fmt.Errorf("credentials: %w", err)
	}
	trusted, err := sdk.CertPool(s.CA)
	if err != nil {
		return made, fmt.Errorf("ca: %w", err)
	}
	made.http = &http.Client{
		Transport: &http.Transport{ // Proxy stays nil: the environment has no influence
			TLSClientConfig:    &tls.Config{RootCAs: trusted, ServerName: s.ServerName, MinVersion: tls.VersionTLS12},
			MaxConnsPerHost:    maxConcurrent,
			DisableCompression: true, // saves the CPU of the product, which is on the same machine
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return made, nil
}

func base(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return "", errors.New("not a URL")
	case u.Scheme != "https":
		return "", errors.New("must begin with https://")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("must have only host, port and path")
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = basePath
	}
	return strings.TrimRight(u.String(), "/"), nil
}
