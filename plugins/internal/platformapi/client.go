package platformapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"polycom.com/usagedata/core/sdk"
)

// sourceName is the name under which the interface is configured.
const sourceName = "platform_api"

// Client reads one product's interface. Make it with Open.
type Client struct {
	connect func() (connection, error) // once, at the first request
	turns   chan struct{}              // one place for each request under way
	memory  *sdk.Memory                // for conditional requests

	mu       sync.Mutex
	requests int
	refused  bool              // the login; asking again could lock the account
	chosen   map[string]string // Accept that a resource answered to, where it was not the whole list
}

// Open makes a client. It neither reads nor connects: where nothing is configured, every call returns
// NotAvailable(NotConfigured), where it is not
// configured rightly NotAvailable(Misconfigured); what else a plugin reads is not affected.
func Open(env sdk.Env) *Client {
	return &Client{
		turns:  make(chan struct{}, atOnce),
		memory: env.Memory,
		chosen: map[string]string{},
		connect: sync.OnceValues(func() (connection, error) {
			return connect(env)
		}),
	}
}

func connect(env sdk.Env) (connection, error) {
	var s settings
	err := env.Source(sourceName, &s)
	if err != nil && errors.Is(err, sdk.ErrNotConfigured) {
		return connection{}, sdk.NotAvailable(sdk.NotConfigured)
	}
	var made connection
	if err == nil {
		made, err = s.connection()
	}
	if errors.Is(err, context.DeadlineExceeded) { // a file is on a server that is gone
		return connection{}, sdk.NotAvailable(sdk.TimedOut)
	}
	if err != nil {
		// The reason that travels is the same for all of these; the log says once what to mend.
		env.Log.Error("source is not configured rightly", "source", sourceName, "error", err)
		return connection{}, sdk.NotAvailable(sdk.Misconfigured)
	}
	return made, nil
}

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
	if made.user, made.password, err = sdk.Credentials(s.Credentials); err != nil {
		return made, fmt.Errorf("credentials: %w", err)
	}
	trusted, err := sdk.CertPool(s.CA)
	if err != nil {
		return made, fmt.Errorf("ca: %w", err)
	}
	made.http = &http.Client{
		Transport: &http.Transport{ // Proxy stays nil: the environment has no say
			TLSClientConfig:    &tls.Config{RootCAs: trusted, ServerName: s.ServerName, MinVersion: tls.VersionTLS12},
			MaxConnsPerHost:    atOnce,
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
