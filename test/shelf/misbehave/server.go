package misbehave

import (
	"context"
	"sync/atomic"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/shelf"
)

type stream = grpc.ServerStreamingServer[pluginpb.CollectResponse]

// server answers as one should, but for the calls that are given.
type server struct {
	pluginpb.UnimplementedPluginServer
	describe func(context.Context) (*pluginpb.DescribeResponse, error)
	collect  func(stream) error
	grpc     func([]grpc.ServerOption) *grpc.Server // nil: go-plugin's own

	opened atomic.Bool // by Describe
}

// serve is a whole life.
func (s *server) serve() {
	start := s.grpc
	if start == nil {
		start = plugin.DefaultGRPCServer
	}
	plugin.Serve(&plugin.ServeConfig{HandshakeConfig: wire.Handshake, VersionedPlugins: wire.Plugins(s),
		GRPCServer: start})
}

func (s *server) Describe(ctx context.Context, _ *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	s.opened.Store(true)
	if s.describe != nil {
		return s.describe(ctx)
	}
	return described(name()), nil
}

func (s *server) Collect(_ *pluginpb.CollectRequest, to stream) error {
	if !s.opened.Load() {
		return status.Error(codes.FailedPrecondition, "describe comes before collect")
	}
	if s.collect != nil {
		return s.collect(to)
	}
	return whole(to)
}

func described(product string) *pluginpb.DescribeResponse {
	answer := &pluginpb.DescribeResponse{Product: product, PluginVersion: "1.2.3", ProfileVersion: 1}
	for _, name := range []string{"first", "second"} {
		answer.Categories = append(answer.Categories, &pluginpb.CategoryDescription{Name: name,
			Fields: []*pluginpb.FieldDescription{
				{Name: "users", Kind: "count"}, {Name: "host", Kind: "hostname"}, {Name: "load", Kind: "measure"},
				{Name: "calls", Kind: "count"},
			}})
	}
	return answer
}

// whole sends everything as it should be.
func whole(to stream) error {
	if err := sendAll(to, "first", "second"); err != nil {
		return err
	}
	return end(to, 2)
}

func sendAll(to stream, names ...string) error {
	for _, name := range names {
		if err := to.Send(step(category(name, nil))); err != nil {
			return err
		}
	}
	return nil
}

// category is a good one with one more value, or another instead, by its field.
func category(name string, more map[string]*pluginpb.Value) *pluginpb.Category {
	fields := map[string]*pluginpb.Value{"users": number(12), "host": text(shelf.Name), "load": realNumber(12.5),
		"calls": list(number(3), number(4))}
	for field, value := range more {
		fields[field] = value
	}
	return &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{Fields: fields}}}
}

func step(c *pluginpb.Category) *pluginpb.CollectResponse {
	return &pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_Category{Category: c}}
}

func end(to stream, categories int32) error { return to.Send(ended(categories, nil)) }

func ended(categories int32, memory []byte) *pluginpb.CollectResponse {
	return &pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: &pluginpb.End{Categories: categories,
		Memory: memory}}}
}

func number(n int64) *pluginpb.Value       { return &pluginpb.Value{Is: &pluginpb.Value_Number{Number: n}} }
func text(s string) *pluginpb.Value        { return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: s}} }
func realNumber(f float64) *pluginpb.Value { return &pluginpb.Value{Is: &pluginpb.Value_Real{Real: f}} }

func list(values ...*pluginpb.Value) *pluginpb.Value {
	return &pluginpb.Value{Is: &pluginpb.Value_List{List: &pluginpb.List{Values: values}}}
}
