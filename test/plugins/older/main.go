// Command older is a plugin FOR TESTS ONLY, built from the plugin protocol as it was first
// released: from its own copy of plugin.proto and with nothing of this repository's core, like a
// plugin built at that time. Today's host must accept it.
package main

import (
	"context"
	"os"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"polycom.com/usagedata/test/plugins/older/pluginpb"
)

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "USAGEDATA_PLUGIN",
			MagicCookieValue: "started-by-usagedata"},
		Plugins:    plugin.PluginSet{"usagedata": &glue{}},
		GRPCServer: plugin.DefaultGRPCServer,
	})
}

type glue struct{ plugin.NetRPCUnsupportedPlugin }

func (*glue) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	pluginpb.RegisterPluginServer(s, &older{})
	return nil
}

func (*glue) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, os.ErrInvalid // it is a plugin
}

type older struct {
	pluginpb.UnimplementedPluginServer
}

func (*older) Describe(context.Context, *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	return &pluginpb.DescribeResponse{Product: "older", PluginVersion: "1.0.0", ProfileVersion: 1}, nil
}

func (*older) Collect(_ *pluginpb.CollectRequest, to grpc.ServerStreamingServer[pluginpb.CollectResponse]) error {
	users := &pluginpb.Value{Is: &pluginpb.Value_Number{Number: 12}}
	first := &pluginpb.Category{Name: "first", Outcome: &pluginpb.Category_Record{
		Record: &pluginpb.Record{Fields: map[string]*pluginpb.Value{"users": users}},
	}}
	second := &pluginpb.Category{Name: "second", Outcome: &pluginpb.Category_NotAvailable{
		NotAvailable: &pluginpb.NotAvailable{Reason: "connection_refused"},
	}}
	for _, category := range []*pluginpb.Category{first, second} {
		step := &pluginpb.CollectResponse_Category{Category: category}
		if err := to.Send(&pluginpb.CollectResponse{Step: step}); err != nil {
			return err
		}
	}
	return to.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: &pluginpb.End{Categories: 2}}})
}
