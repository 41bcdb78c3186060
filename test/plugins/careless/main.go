// Command careless is a plugin FOR TESTS ONLY. It does things that the SDK does not let an author
// do, so it serves the protocol itself: it sends values of every wrong shape, under names that its
// profile does not have, logs the values that it reads, and calls itself by a host's name. None of
// this may leave the appliance.
package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// name is in each value that must not leave: it looks like a host name.
const name = "seerose-17.labor-kiefer.example"

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: wire.Handshake, VersionedPlugins: wire.Plugins(&careless{}),
		GRPCServer: plugin.DefaultGRPCServer,
	})
}

type careless struct {
	pluginpb.UnimplementedPluginServer
	stranger bool
}

func (c *careless) Describe(_ context.Context, r *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	mood := r.GetSources().GetFields()["mood"].GetStructValue()
	c.stranger = mood.GetFields()["stranger"].GetBoolValue()
	return &pluginpb.DescribeResponse{Product: "careless", ProfileVersion: 1, PluginVersion: "1.0 on " + name}, nil
}

func (c *careless) Collect(_ *pluginpb.CollectRequest,
	stream grpc.ServerStreamingServer[pluginpb.CollectResponse]) error {
	fmt.Fprintln(os.Stderr, "reading", name)
	fmt.Fprintf(os.Stderr, `{"@level":"error","@message":"login at %s refused","%s":"%s"}`+"\n", name, name, name)
	fmt.Fprintln(os.Stdout, name)
	sent := categories()
	if c.stranger {
		sent = append(sent, category(name, map[string]any{"users": 1}))
	}
	for _, category := range sent {
		step := &pluginpb.CollectResponse_Category{Category: category}
		if err := stream.Send(&pluginpb.CollectResponse{Step: step}); err != nil {
			return err
		}
	}
	end := &pluginpb.End{Categories: int32(len(sent))}
	return stream.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: end}})
}

func categories() []*pluginpb.Category {
	long := strings.Repeat(name+" ", 300)
	return []*pluginpb.Category{
		category("license_information", map[string]any{
			"serial_number": "8L77031C5D92FE", "serial_of_control": name + "\x1b[2J", "serial_of_length": long,
			"serial_as_record": map[string]any{name: name},
		}),
		category("good", map[string]any{
			"users": 12, "version": "6.4.2", "host": name,
			name: name, "users_of_" + name: 3, "more": []any{name, name, map[string]any{name: 1}},
		}),
		category("numbers", map[string]any{
			"negative": -1, "broken": 1.5, "text": name, "nan": math.NaN(), "infinite": math.Inf(-1), "flag": name,
			"time":     "today at " + name,
			"duration": -3, "nothing": nil, "fine": 12.5,
		}),
		category("words", map[string]any{
			"mode": name, "modes": repeated("high", 300), "number": 7, "calls": map[string]any{"sip": 3, name: 4,
				"mgcp": name},
			"release": "6.4.2 for " + name,
		}),
		category("names", map[string]any{
			"control": name + "\x00", "length": long, "list": []any{name, name}, "number": 2887629885,
			"rooms": repeated(name, 300), "note": long,
		}),
		category("shapes", map[string]any{
			"deep": map[string]any{"up": true, name: 1, "inner": map[string]any{"load": nested(20)}}, "flat": name,
			"single": name,
			"peers":  repeated(map[string]any{"up": true, name: name}, 300),
		}),
	}
}

func repeated(value any, n int) []any {
	var list []any
	for range n {
		list = append(list, value)
	}
	return list
}

func nested(depth int) any {
	if depth == 0 {
		return name
	}
	return map[string]any{name: nested(depth - 1)}
}
