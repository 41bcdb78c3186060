// Package wire is what host and plugin say to each other: the protocol (plugin.proto), the handshake, the glue to
// go-plugin, and the conversions between messages and the nouns of usage. Bytes of a plugin become raw
// values here and nowhere else, within bounds.
package wire

import (
	"context"
	"errors"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// Version is the newest version of the protocol, agreed on in the handshake. Within a version messages only gain fields
// that a peer may pass over: see TestNothingIsTakenFromTheProtocol. What a peer may not pass over, such as another step
// of a stream, is a new version, and the host goes on speaking the one before.
const Version = 1

// Name is the plugin's name in go-plugin's set.
const Name = "usagedata"

// Handshake keeps a plugin from being run by hand, and versions apart. It is no secret.
var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  Version,
	MagicCookieKey:   "USAGEDATA_PLUGIN",
	MagicCookieValue: "started-by-usagedata",
}

// Glue is the go-plugin side of both ends. Serve is set in a plugin, and nil in the host.
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

// GRPCClient returns a pluginpb.PluginClient.
func (g *Glue) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, c *grpc.ClientConn) (any, error) {
	return pluginpb.NewPluginClient(c), nil
}

// Plugins is what both ends offer each other: one set for each version from Oldest on.
func Plugins(server pluginpb.PluginServer) map[int]plugin.PluginSet {
	sets := map[int]plugin.PluginSet{}
	for version := Oldest; version <= Version; version++ {
		sets[version] = plugin.PluginSet{Name: &Glue{Serve: server}}
	}
	return sets
}
