// Package wire defines the protocol between host and plugin: the messages (plugin.proto), the
// handshake, the adapter to go-plugin, and the conversions between messages and the types of
// package usage. Only this package turns a plugin's bytes into raw values, within bounds.
package wire

import (
	"context"
	"errors"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// Version is the newest version of the protocol, agreed on in the handshake. Within a version
// messages only gain fields that a peer may ignore: see TestProtocolOnlyGrows. A change
// that a peer must not ignore, such as another step of a stream, makes a new version, and the host
// continues to speak the previous one.
const Version = 1

// Name is the plugin's name in go-plugin's set.
const Name = "usagedata"

// Handshake keeps a plugin from being run by hand, and versions apart. Its cookie is not a secret.
var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  Version,
	MagicCookieKey:   "USAGEDATA_PLUGIN",
	MagicCookieValue: "started-by-usagedata",
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
// [Oldest] to [Version].
func Plugins(server pluginpb.PluginServer) map[int]plugin.PluginSet {
	sets := map[int]plugin.PluginSet{}
	for version := Oldest; version <= Version; version++ {
		sets[version] = plugin.PluginSet{Name: &Glue{Serve: server}}
	}
	return sets
}
