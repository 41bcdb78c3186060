package platformapi

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"polycom.com/usagedata/test/privateca"
)

// Config describes the appliance. The zero value is the newest release at a believable site on a
// free loopback port.
type Config struct {
	Site    *Site   // nil: Believable
	Release Release // empty: Newest
	Names   Names

	User, Password string // empty: "reporter" and a random one

	Listen      string           // empty: 127.0.0.1:0
	CA          *privateca.CA    // nil: one of its own
	Hosts       []string         // names in the certificate; none: 127.0.0.1, ::1, localhost
	Certificate *tls.Certificate // nil: issued by CA for Hosts
}

// Appliance is an [API] that listens. Call Close when it is no longer needed.
type Appliance struct {
	*API
	// CA signed the certificate of the appliance.
	CA *privateca.CA

	listener net.Listener
	server   *http.Server
	served   sync.WaitGroup
}

// Start serves the interface over TLS until Close.
func Start(config Config) (*Appliance, error) {
	if err := config.complete(); err != nil {
		return nil, fmt.Errorf("start platform api: %w", err)
	}
	listener, err := net.Listen("tcp", config.Listen)
	if err != nil {
		return nil, fmt.Errorf("start platform api: %w", err)
	}
	appliance := &Appliance{
		API:      New(*config.Site, config.Release, config.Names, config.User, config.Password),
		CA:       config.CA,
		listener: listener,
	}
	appliance.serve(*config.Certificate)
	return appliance, nil
}

func (a *Appliance) serve(certificate tls.Certificate) {
	ctx, stop := context.WithCancel(context.Background())
	a.server = &http.Server{
		Handler: a.API,
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{certificate},
			MinVersion:   tls.VersionTLS12,
			NextProtos:   []string{"http/1.1"}, // aborting an answer closes the connection
		},
		ErrorLog:          log.New(io.Discard, "", 0), // aborted connections are for the clients' tests to judge
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         a.track,
	}
	a.served.Go(func() {
		defer stop()
		if err := a.server.ServeTLS(a.listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
			panic(fmt.Sprintf("serve platform api: %v", err))
		}
	})
}

// track lets [Appliance.Close] wait for the connections that are still active.
func (a *Appliance) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		a.served.Add(1)
	case http.StateClosed:
		a.served.Done()
	}
}

// URL returns the base of all resources: https://127.0.0.1:port/api/rest.
func (a *Appliance) URL() string {
	return "https://" + a.listener.Addr().String() + basePath
}

// Credentials returns the user and password for HTTP Basic.
func (a *Appliance) Credentials() (user, password string) {
	return a.user, a.password
}

// Close aborts all requests and waits until they have ended.
func (a *Appliance) Close() error {
	err := a.server.Close()
	a.served.Wait()
	if err != nil {
		return fmt.Errorf("close platform api: %w", err)
	}
	return nil
}

func (c *Config) complete() error {
	if c.Site == nil {
		site := Believable()
		c.Site = &site
	}
	c.Release = valueOr(c.Release, Newest)
	c.User = valueOr(c.User, "reporter")
	c.Password = valueOr(c.Password, rand.Text())
	c.Listen = valueOr(c.Listen, "127.0.0.1:0")
	if len(c.Hosts) == 0 {
		c.Hosts = []string{"127.0.0.1", "::1", "localhost"}
	}
	return c.certify()
}

func (c *Config) certify() (err error) {
	if c.CA == nil {
		if c.CA, err = privateca.New(); err != nil {
			return err
		}
	}
	if c.Certificate == nil {
		certificate, err := c.CA.Issue(c.Hosts...)
		if err != nil {
			return err
		}
		c.Certificate = &certificate
	}
	return nil
}

func valueOr[T ~string](value, otherwise T) T {
	if value == "" {
		return otherwise
	}
	return value
}
