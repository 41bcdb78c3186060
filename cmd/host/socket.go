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
		Long: "Serves the API and the page at the admin socket until it is ended, for appliances on which a timer " +
			"runs `usagedata run --once`; `usagedata run` serves them too. With a socket that systemd holds, it " +
			"ends after a minute without a connection. It collects and sends nothing by itself.",
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
			return failed(s.answer(c.Context(), l, idle))
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

// answer serves the API and the page for the same appliance.
func (s *service) answer(ctx context.Context, l net.Listener, idle time.Duration) error {
	s.log.Info("admin socket opened", "path", l.Addr())
	err := server.Server{
		Handler: s.side(), Peer: admin.Peer, Idle: idle,
		Log: s.log.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Error}),
	}.Serve(ctx, l)
	s.log.Info("admin socket closed")
	return err
}

// side returns the handler of the administrator's side: the API below /v1/, and the page.
func (s *service) side() http.Handler {
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

// beside serves the administrator's side while the hourly service runs, and returns the function
// that ends it. The service does not depend on it: even if it cannot be served, allowed usage data
// is sent, and a denial at the terminal takes effect (CONS-2).
func (s *service) beside(ctx context.Context) (end func()) {
	l, _, err := s.listen()
	if err != nil {
		s.log.Error("serve the API and the page; the hourly service goes on without", "error", err, "hint", usage.HintOf(err))
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := s.answer(ctx, l, 0); err != nil {
			s.log.Error("serve the API and the page", "error", err)
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}
