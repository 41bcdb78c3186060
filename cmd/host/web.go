package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hashicorp/go-hclog"
	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/admin/login"
	"polycom.com/usagedata/core/admin/page"
	"polycom.com/usagedata/core/admin/server"
	"polycom.com/usagedata/core/usage"
)

func webCommand(path *string, std streams) *cobra.Command {
	var listen string
	var by person
	c := &cobra.Command{
		Use:   "web",
		Short: "show the page in a browser, on this appliance only",
		Long: "Serves the page on a loopback address until you stop it (Ctrl-C), and prints the address to open. The " +
			"address works in one browser, once, within ten minutes. From another machine, use a tunnel: ssh -L " +
			"9000:127.0.0.1:9000.",
		RunE: func(c *cobra.Command, _ []string) error {
			address, err := loopback(listen)
			if err != nil {
				return err
			}
			who := by.actor() // the user who started the command, before it acts as the owner of the state
			std.notes.live = std.err
			s, err := open(*path, std)
			if err != nil {
				return err
			}
			return s.web(c.Context(), address, who, std)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:0",
		"loopback `address` or port to listen on; port 0 takes any free port")
	byFlag(c, &by, "decisions")
	return c
}

// loopback accepts a port, or an address that only this machine reaches: the page is served without
// TLS and protected only by the printed token.
func loopback(listen string) (string, error) {
	hint := "give 127.0.0.1:PORT; from another machine use ssh -L PORT:127.0.0.1:PORT, or the product's own page"
	if port, err := strconv.ParseUint(listen, 10, 16); err == nil {
		return fmt.Sprintf("127.0.0.1:%d", port), nil
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", usage.WithHint(fmt.Errorf("listen on %q: this is neither a port nor ADDRESS:PORT", listen), hint)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", usage.WithHint(fmt.Errorf("listen on %q: the port must be a number up to 65535", listen), hint)
	}
	if strings.EqualFold(host, "localhost") {
		host = "127.0.0.1"
	}
	if address, err := netip.ParseAddr(host); err != nil || !address.IsLoopback() {
		return "", usage.WithHint(fmt.Errorf("listen on %q: the address must be a loopback address", listen), hint)
	}
	return net.JoinHostPort(host, port), nil
}

// web serves the page until the context ends.
func (s *service) web(ctx context.Context, address, who string, std streams) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return failed(usage.WithHint(fmt.Errorf("listen on %s: %w", address, err),
			"--listen 0 takes any free port"))
	}
	door, token := login.New(s.clock.Now)
	door.Guessed = func() { s.log.Warn("a browser tried wrong tokens at the page; the printed address still works") }
	served := server.Server{
		Handler: named(door.Guard(page.New(s.appliance())), who),
		Log:     s.log.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Warn}),
	}
	fmt.Fprintf(std.out,
		"Open this address in a browser within ten minutes; it works once:\n\n  http://%s/login?token=%s\n\n"+
			"Ctrl-C stops the page.\n", listener.Addr(), token)
	if err := served.Serve(ctx, listener); err != nil {
		return failed(fmt.Errorf("serve the page: %w", err))
	}
	return nil
}

// named attributes every request to the user who started the command, because only that user can
// have the token.
func named(inside http.Handler, who string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inside.ServeHTTP(w, r.WithContext(admin.WithActor(r.Context(), who)))
	})
}
