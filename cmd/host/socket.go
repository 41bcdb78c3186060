package main

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/admin/api"
	"polycom.com/usagedata/core/admin/page"
	"polycom.com/usagedata/core/admin/server"
	"polycom.com/usagedata/core/admin/socket"
	"polycom.com/usagedata/core/usage"
)

// apiIdle is how long `api` runs without a connection if systemd holds the socket and can start it
// again, so that nothing is resident between two visits of an administrator.
const apiIdle = 60 * time.Second

func apiCommand(path *string, std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "api",
		Short: "serve the API and the page, without the hourly service",
		Long: "Serves the API and the page at the admin socket until it is stopped, for appliances on which a timer " +
			"runs `usagedata run --once`; `usagedata run` serves them too. If systemd holds the socket, it exits " +
			"after a minute without a connection. It collects and sends nothing itself.",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := openService(*path, std)
			if err != nil {
				return err
			}
			l, inherited, err := s.listen()
			if err != nil {
				return failed(err)
			}
			var idle time.Duration
			if inherited {
				idle = apiIdle
			}
			return failed(s.serveAdmin(c.Context(), l, idle))
		},
	}
}

// listen takes over the socket that systemd holds, or makes its own.
func (s *service) listen() (l net.Listener, inherited bool, err error) {
	if l, err := socket.Inherited(); l != nil || err != nil {
		return l, true, err
	}
	ours, err := socket.Listen(s.settings.Admin.Socket, s.settings.Group)
	if err != nil {
		return nil, false, err
	}
	return ours, false, nil
}

// serveAdmin serves the API and the page for the same appliance.
func (s *service) serveAdmin(ctx context.Context, l net.Listener, idle time.Duration) error {
	s.log.Info("admin socket opened", "path", l.Addr())
	err := server.Server{
		Handler: s.adminHandler(), Peer: admin.Peer, Idle: idle,
		Log: s.log.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Error}),
	}.Serve(ctx, l)
	s.log.Info("admin socket closed")
	return err
}

// adminHandler returns the handler of the administrator's side: the API below /v1/, and the page.
func (s *service) adminHandler() http.Handler {
	appliance := s.appliance()
	programs, people := api.New(appliance), page.New(appliance)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			programs.ServeHTTP(w, r)
			return
		}
		people.ServeHTTP(w, r)
	})
}

// startAdmin serves the administrator's side while the hourly service runs, and returns the
// function that ends it. The service does not depend on it: even if it cannot be served, allowed
// usage data is sent, and a denial at the terminal takes effect (CONS-2).
func (s *service) startAdmin(ctx context.Context) (end func()) {
	l, _, err := s.listen()
	if err != nil {
		s.log.Error("the API and the page are not served; the hourly service continues", "error", err,
			"hint", usage.HintOf(err))
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := s.serveAdmin(ctx, l, 0); err != nil {
			s.log.Error("serve the API and the page", "error", err)
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}
