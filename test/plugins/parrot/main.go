// Command parrot is a plugin FOR TESTS ONLY. It sends the values in a file, as any field: a test
// uses it to try values that a product could put into a field that is meant for something else. The
// SDK does not let an author do this, so it serves the protocol itself.
package main

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"polycom.com/usagedata/core/wire/goplugin"
	"polycom.com/usagedata/core/wire/pluginpb"
)

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: goplugin.Handshake, VersionedPlugins: goplugin.Plugins(&parrot{}),
		GRPCServer: plugin.DefaultGRPCServer,
	})
}

// script is the file: the plugin's version, and the values by category and field.
type script struct {
	Version    string
	Categories map[string]map[string][]any
}

type parrot struct {
	pluginpb.UnimplementedPluginServer
	script script
}

func (p *parrot) Describe(_ context.Context, r *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	words := r.GetSources().GetFields()["words"].GetStructValue()
	text, err := os.ReadFile(words.GetFields()["file"].GetStringValue())
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &p.script); err != nil {
		return nil, err
	}
	return &pluginpb.DescribeResponse{Product: "parrot", ProfileVersion: 1, PluginVersion: p.script.Version}, nil
}

func (p *parrot) Collect(_ *pluginpb.CollectRequest,
	stream grpc.ServerStreamingServer[pluginpb.CollectResponse]) error {
	for _, name := range slices.Sorted(maps.Keys(p.script.Categories)) {
		record := &pluginpb.Record{Fields: map[string]*pluginpb.Value{}}
		for field, values := range p.script.Categories[name] {
			record.Fields[field] = list(values)
		}
		category := &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: record}}
		step := &pluginpb.CollectResponse_Category{Category: category}
		if err := stream.Send(&pluginpb.CollectResponse{Step: step}); err != nil {
			return err
		}
	}
	end := &pluginpb.End{Categories: int32(len(p.script.Categories))}
	return stream.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: end}})
}

func list(values []any) *pluginpb.Value {
	all := &pluginpb.List{}
	for _, value := range values {
		all.Values = append(all.Values, encode(value))
	}
	return &pluginpb.Value{Is: &pluginpb.Value_List{List: all}}
}

// encode sends a number without a fraction as a whole number, as plugins do.
func encode(value any) *pluginpb.Value {
	switch value := value.(type) {
	case bool:
		return &pluginpb.Value{Is: &pluginpb.Value_Flag{Flag: value}}
	case float64:
		if whole := int64(value); float64(whole) == value {
			return &pluginpb.Value{Is: &pluginpb.Value_Number{Number: whole}}
		}
		return &pluginpb.Value{Is: &pluginpb.Value_Real{Real: value}}
	case string:
		return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: value}}
	default:
		return &pluginpb.Value{}
	}
}
