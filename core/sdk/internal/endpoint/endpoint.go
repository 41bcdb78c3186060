// Package endpoint is a plugin's end of the connection to its host: the handshake, mutual TLS, and
// the services that every plugin has. core/wire/README.md describes all of it.
//
// It does not use go-plugin, whose libraries would be in the go.mod of every plugin, and whose key
// pair costs more CPU time than a cycle of a small plugin.
package endpoint

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// The variables of the environment that go-plugin's hosts set.
const (
	versionsVariable = "PLUGIN_PROTOCOL_VERSIONS"
	folderVariable   = "PLUGIN_UNIX_SOCKET_DIR"
)

// Serve prints the handshake to out and serves the plugin until the host, or the system by SIGTERM,
// stops it.
func Serve(plugin pluginpb.PluginServer, out io.Writer) error {
	if os.Getenv(wire.Handshake.MagicCookieKey) != wire.Handshake.MagicCookieValue {
		return errors.New("this program is a plugin of usagedata, which starts it; it cannot be run by hand")
	}
	own, err := wire.NewCertificate()
	if err != nil {
		return err
	}
	config, err := wire.PluginTLS(own, os.Getenv(wire.ClientCertificate))
	if err != nil {
		return err
	}
	listener, err := listen(os.Getenv(folderVariable))
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close() // also removes the socket
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(config)))
	pluginpb.RegisterPluginServer(server, plugin)
	end := register(server)
	signal.Ignore(os.Interrupt) // on a terminal it is meant for the host
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	go func() { <-terminated; end() }()
	_, err = fmt.Fprintf(out, "%d|%d|unix|%s|%s|%s\n", wire.CoreVersion, chosen(os.Getenv(versionsVariable)),
		listener.Addr(), wire.ProtocolName, base64.RawStdEncoding.EncodeToString(own.Certificate[0]))
	if err != nil {
		return fmt.Errorf("print the handshake: %w", err)
	}
	return server.Serve(listener)
}

// chosen returns the newest version of the protocol that the host offers and this plugin speaks. If
// there is none, it returns the plugin's newest, with which the host explains the refusal.
func chosen(offered string) int {
	newest := 0
	for version := range strings.SplitSeq(offered, ",") {
		number, err := strconv.Atoi(version)
		if err == nil && number >= wire.Oldest && number <= wire.Version {
			newest = max(newest, number)
		}
	}
	if newest == 0 {
		return wire.Version
	}
	return newest
}
