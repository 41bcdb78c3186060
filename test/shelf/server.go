package shelf

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/goplugin"
	"polycom.com/usagedata/core/wire/pluginpb"
)

type stream = grpc.ServerStreamingServer[pluginpb.CollectResponse]

// server is the sound plugin, except for the functions that are set.
type server struct {
	pluginpb.UnimplementedPluginServer

	// changes the answer
	describe func(*pluginpb.DescribeRequest, *pluginpb.DescribeResponse) error
	// changes the values that were read
	change func(context.Context, *opened, []*pluginpb.Category) []*pluginpb.Category
	// sends them differently
	send func(o *opened, all []*pluginpb.Category, to stream) error
	// around a whole collect
	collect func(ctx context.Context, request *pluginpb.CollectRequest, to stream, usual func() error) error
	// replaces go-plugin's own
	serving serving

	mu     sync.Mutex
	opened *opened
}

// serve runs the plugin's whole life.
func (s *server) serve() {
	if s.serving == nil {
		s.serving = plugin.DefaultGRPCServer
	}
	plugin.Serve(&plugin.ServeConfig{HandshakeConfig: goplugin.Handshake, VersionedPlugins: goplugin.Plugins(s),
		GRPCServer: s.serving})
}

// serving returns the server for go-plugin's handshake.
type serving func([]grpc.ServerOption) *grpc.Server

// answering serves calls of this method by another function than the usual one, if that has an
// answer.
func answering(method string, otherwise func(context.Context) (answer any, err error)) serving {
	instead := func(ctx context.Context, request any, call *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if call.FullMethod == method {
			if answer, err := otherwise(ctx); answer != nil || err != nil {
				return answer, err
			}
		}
		return next(ctx, request)
	}
	return func(options []grpc.ServerOption) *grpc.Server {
		return grpc.NewServer(append(options, grpc.UnaryInterceptor(instead))...)
	}
}

// endPlugin is go-plugin's request to shut a plugin down.
const endPlugin = "/plugin.GRPCController/Shutdown"

func (s *server) Describe(_ context.Context, request *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	station, _ := request.GetSources().AsMap()["station"].(map[string]any)
	s.mu.Lock()
	s.opened = &opened{root: request.GetRoot(), station: station, memory: request.GetMemory(),
		counters: request.GetCounters(),
		limit:    time.Duration(request.GetCollectorMilliseconds()) * time.Millisecond}
	s.mu.Unlock()
	answer := described()
	if s.describe != nil {
		if err := s.describe(request, answer); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

// described returns the description that matches the profile.
func described() *pluginpb.DescribeResponse {
	own, _ := self()
	approved, err := profile.Parse(own.Profile())
	if err != nil {
		fmt.Fprintln(os.Stderr, "the profile of the broken plugins is broken itself")
		os.Exit(1)
	}
	answer := &pluginpb.DescribeResponse{
		Product:        name(),
		PluginVersion:  "1.4.2",
		ProfileVersion: int32(approved.Version),
	}
	for _, c := range approved.Categories {
		answer.Categories = append(answer.Categories, &pluginpb.CategoryDescription{Name: c.Name,
			Fields: describedFields(c.Fields)})
	}
	return answer
}

func describedFields(declared []profile.Field) (all []*pluginpb.FieldDescription) {
	for _, f := range declared {
		all = append(all,
			&pluginpb.FieldDescription{Name: f.Name, Kind: string(f.Kind), Fields: describedFields(f.Fields)})
	}
	return all
}

func (s *server) Collect(request *pluginpb.CollectRequest, to stream) error {
	usual := func() error { return s.usual(request, to) }
	if s.collect != nil {
		return s.collect(to.Context(), request, to, usual)
	}
	return usual()
}

func (s *server) usual(request *pluginpb.CollectRequest, to stream) error {
	if !s.mu.TryLock() {
		return status.Error(codes.ResourceExhausted, "another collect is under way")
	}
	defer s.mu.Unlock()
	if s.opened == nil {
		return status.Error(codes.FailedPrecondition, "Describe must be called before Collect")
	}
	s.opened.asked++
	ctx := to.Context()
	all := slices.DeleteFunc(s.opened.read(ctx), func(c *pluginpb.Category) bool {
		return slices.Contains(request.GetLeftOut(), c.GetName())
	})
	if s.change != nil {
		all = s.change(ctx, s.opened, all)
	}
	if s.send != nil {
		return s.send(s.opened, all, to)
	}
	return sendCounting(to, all, map[string]int64{"cycles": s.opened.cycles()})
}

// cycles returns the next number of cycles, and begins anew after a number that it cannot have kept.
func (o *opened) cycles() int64 {
	if before := o.counters["cycles"]; before >= 0 && before < 1_000_000 {
		return before + 1
	}
	return 1
}

func sendCounting(to stream, all []*pluginpb.Category, counters map[string]int64) error {
	if err := send(to, all...); err != nil {
		return err
	}
	end := &pluginpb.End{Categories: int32(len(all)), Counters: counters}
	return to.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: end}})
}

func sendAll(to stream, all []*pluginpb.Category, memory []byte) error {
	if err := send(to, all...); err != nil {
		return err
	}
	return end(to, len(all), memory)
}

func send(to stream, categories ...*pluginpb.Category) error {
	for _, c := range categories {
		step := &pluginpb.CollectResponse_Category{Category: c}
		if err := to.Send(&pluginpb.CollectResponse{Step: step}); err != nil {
			return err
		}
	}
	return nil
}

func end(to stream, categories int, memory []byte) error {
	end := &pluginpb.End{Categories: int32(categories), Memory: memory}
	return to.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: end}})
}

// describing returns a plugin that changes its description, or does something first.
func describing(change func(*pluginpb.DescribeResponse)) life {
	return (&server{describe: func(_ *pluginpb.DescribeRequest, d *pluginpb.DescribeResponse) error {
		change(d)
		return nil
	}}).serve
}

// doing returns a plugin that does something after reading, or changes the values that it has read.
func doing(do func(*opened, []*pluginpb.Category)) life {
	return (&server{change: func(_ context.Context, o *opened, all []*pluginpb.Category) []*pluginpb.Category {
		do(o, all)
		return all
	}}).serve
}

// meanwhile returns a plugin that does something unrelated to the values that it reads.
func meanwhile(do func()) life { return doing(func(*opened, []*pluginpb.Category) { do() }) }

// changing returns a plugin that changes the categories before it sends them.
func changing(change func([]*pluginpb.Category) []*pluginpb.Category) life {
	return (&server{change: func(_ context.Context, _ *opened, all []*pluginpb.Category) []*pluginpb.Category {
		return change(all)
	}}).serve
}

// sending returns a plugin that sends the categories in its own way.
func sending(how func(to stream, all []*pluginpb.Category) error) life {
	return (&server{send: func(_ *opened, all []*pluginpb.Category, to stream) error { return how(to, all) }}).serve
}

// afterFirst returns a plugin that sends the first category normally and goes on in its own way
// when that has arrived.
func afterFirst(then func(to stream, all []*pluginpb.Category) error) life {
	return sending(func(to stream, all []*pluginpb.Category) error {
		if err := send(to, all[0]); err != nil {
			return err
		}
		return then(to, all)
	})
}

// putting returns a plugin that sends another value for one field.
func putting(category, field string, value *pluginpb.Value) life {
	return doing(func(_ *opened, all []*pluginpb.Category) { put(all, category, field, value) })
}

// put replaces a value, if the category was read.
func put(all []*pluginpb.Category, category, field string, value *pluginpb.Value) {
	for _, c := range all {
		if record := c.GetRecord(); c.GetName() == category && record != nil {
			record.Fields[field] = value
		}
	}
}
