// Command newer is a plugin FOR TESTS ONLY, built from a plugin protocol that a later release might
// have. It offers version 2, which today's host does not speak, and version 1, in which it sends
// fields that the host does not know. In version 2 it would send values that the host refuses: the
// negotiation prevents this.
package main

import (
	"context"
	"os"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"polycom.com/usagedata/test/plugins/newer/pluginpb"
)

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{ProtocolVersion: 2, MagicCookieKey: "USAGEDATA_PLUGIN",
			MagicCookieValue: "started-by-usagedata"},
		VersionedPlugins: map[int]plugin.PluginSet{
			1: {"usagedata": &glue{version: 1}},
			2: {"usagedata": &glue{version: 2}},
		},
		GRPCServer: plugin.DefaultGRPCServer,
	})
}

type glue struct {
	plugin.NetRPCUnsupportedPlugin
	version int
}

func (g *glue) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	pluginpb.RegisterPluginServer(s, &newer{version: g.version})
	return nil
}

func (*glue) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, os.ErrInvalid // it is a plugin
}

type newer struct {
	pluginpb.UnimplementedPluginServer
	version int
}

func (*newer) Describe(context.Context, *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	return &pluginpb.DescribeResponse{
		Product: "newer", PluginVersion: "9.0.0", ProfileVersion: 1, Built: "later",
		Features:   []string{"progress", "explain"},
		Categories: []*pluginpb.CategoryDescription{{Name: "first", Doc: "later"}},
	}, nil
}

func (n *newer) Collect(_ *pluginpb.CollectRequest, to grpc.ServerStreamingServer[pluginpb.CollectResponse]) error {
	steps := []*pluginpb.CollectResponse{
		{Step: &pluginpb.CollectResponse_Category{Category: category("first")}},
		{Step: &pluginpb.CollectResponse_Category{Category: category("second")}},
		{Step: &pluginpb.CollectResponse_End{End: &pluginpb.End{Categories: 2, Memory: []byte("tag"),
			TookMilliseconds: 12}}},
	}
	if n.version > 1 {
		progress := &pluginpb.CollectResponse_Progress{Progress: &pluginpb.Progress{Percent: 1}}
		steps = append([]*pluginpb.CollectResponse{{Step: progress}}, steps...)
	}
	for _, step := range steps {
		if err := to.Send(step); err != nil {
			return err
		}
	}
	return nil
}

// category has one value of a sort that version 1 does not have.
func category(name string) *pluginpb.Category {
	return &pluginpb.Category{
		Name: name, Read: timestamppb.Now(), Missing: []*pluginpb.Missing{{Field: "sites", Reason: "timed_out"}},
		Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{Fields: map[string]*pluginpb.Value{
			"users": {Is: &pluginpb.Value_Number{Number: 12}},
			"later": {Is: &pluginpb.Value_Blob{Blob: []byte("later")}},
		}}},
	}
}
