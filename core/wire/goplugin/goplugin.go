// Package goplugin adapts the protocol of package wire to the library go-plugin, for the host and
// for plugins of tests that use it. A plugin of the SDK does not need the library.
package goplugin

import (
	"context"
	"errors"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Name is the plugin's name in go-plugin's set.
const Name = "usagedata"

// Handshake keeps a plugin from being run by hand, and versions apart.
var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  wire.Version,
	MagicCookieKey:   wire.Handshake.MagicCookieKey,
	MagicCookieValue: wire.Handshake.MagicCookieValue,
}

// Glue is the adapter to go-plugin for both ends. Serve is set in a plugin, and nil in the host.
type Glue struct {
	plugin.NetRPCUnsupportedPlugin
	Serve pluginpb.PluginServer
}

// GRPCServer registers the plugin's service.
func (g *Glue) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	if g.Serve == nil {
		return errors.New("register plugin: no server is set")
	}
	pluginpb.RegisterPluginServer(s, g.Serve)
	return nil
}

// GRPCClient returns a [pluginpb.PluginClient].
func (g *Glue) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, c *grpc.ClientConn) (any, error) {
	return pluginpb.NewPluginClient(c), nil
}

// Plugins returns the plugin sets that both ends offer each other: one for each version from
// [wire.Oldest] to [wire.Version].
func Plugins(server pluginpb.PluginServer) map[int]plugin.PluginSet {
	sets := map[int]plugin.PluginSet{}
	for version := wire.Oldest; version <= wire.Version; version++ {
		sets[version] = plugin.PluginSet{Name: &Glue{Serve: server}}
	}
	return sets
}
