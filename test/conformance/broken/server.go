package broken

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

type stream = grpc.ServerStreamingServer[pluginpb.CollectResponse]

// server is the sound plugin, but for what is set.
type server struct {
	pluginpb.UnimplementedPluginServer

	// changes the answer
	describe func(*pluginpb.DescribeRequest, *pluginpb.DescribeResponse) error
	// changes what was read
	change func(context.Context, *opened, []*pluginpb.Category) []*pluginpb.Category
	// sends it otherwise
	send func(ctx context.Context, o *opened, all []*pluginpb.Category, to stream) error
	// around a whole collect
	collect func(ctx context.Context, request *pluginpb.CollectRequest, to stream, usual func() error) error
	// lives on when its host is gone
	lingers bool
	// several collects at a time
	anyone bool
	// instead of go-plugin's own
	serving func([]grpc.ServerOption) *grpc.Server

	mu     sync.Mutex
	opened *opened
}

// serve is a whole life.
func (s *server) serve() {
	serving := s.serving
	if serving == nil {
		serving = plugin.DefaultGRPCServer
	}
	if !s.lingers {
		go watchLifeline()
	}
	plugin.Serve(&plugin.ServeConfig{HandshakeConfig: wire.Handshake, VersionedPlugins: wire.Plugins(s),
		GRPCServer: serving})
}

// watchLifeline ends the process with its host.
func watchLifeline() {
	if os.Getenv("USAGEDATA_LIFELINE") != "stdin" {
		return
	}
	_, _ = os.Stdin.Read(make([]byte, 1))
	syscall.Exit(0) // at once: with os.Exit a race detector would linger
}

func (s *server) Describe(_ context.Context, request *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	station, _ := request.GetSources().AsMap()["station"].(map[string]any)
	s.mu.Lock()
	s.opened = &opened{root: request.GetRoot(), station: station, memory: request.GetMemory(),
		limit: time.Duration(request.GetCollectorMilliseconds()) * time.Millisecond}
	s.mu.Unlock()
	answer := described()
	if s.describe != nil {
		if err := s.describe(request, answer); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

// described is what the profile says.
func described() *pluginpb.DescribeResponse {
	approved, err := profile.Parse(Profile(name()))
	if err != nil {
		fmt.Fprintln(os.Stderr, "the profile of the broken plugins is broken itself")
		os.Exit(1)
	}
	answer := &pluginpb.DescribeResponse{Product: name(), PluginVersion: "1.4.2", ProfileVersion: int32(approved.Version)}
	for _, c := range approved.Categories {
		answer.Categories = append(answer.Categories, &pluginpb.CategoryDescription{Name: c.Name,
			Fields: describedFields(c.Fields)})
	}
	return answer
}

func describedFields(declared []profile.Field) (all []*pluginpb.FieldDescription) {
	for _, f := range declared {
		all = append(all, &pluginpb.FieldDescription{Name: f.Name, Kind: string(f.Kind), Fields: describedFields(f.Fields)})
	}
	return all
}

func (s *server) Collect(request *pluginpb.CollectRequest, to stream) error {
	usual := func() error { return s.usual(to) }
	if s.collect != nil {
		return s.collect(to.Context(), request, to, usual)
	}
	return usual()
}

func (s *server) usual(to stream) error {
	if !s.anyone {
		if !s.mu.TryLock() {
			return status.Error(codes.ResourceExhausted, "another collect is under way")
		}
		defer s.mu.Unlock()
	}
	if s.opened == nil {
		return status.Error(codes.FailedPrecondition, "describe comes before collect")
	}
	s.opened.asked++
	ctx := to.Context()
	all := s.opened.read(ctx)
	if s.change != nil {
		all = s.change(ctx, s.opened, all)
	}
	if s.send != nil {
		return s.send(ctx, s.opened, all, to)
	}
	return sendAll(to, all, nil)
}

func sendAll(to stream, all []*pluginpb.Category, memory []byte) error {
	for _, c := range all {
		if err := to.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_Category{Category: c}}); err != nil {
			return err
		}
	}
	end := &pluginpb.End{Categories: int32(len(all)), Memory: memory}
	return to.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: end}})
}

// name is the plugin's: the folder's in which it is installed.
func name() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	return filepath.Base(filepath.Dir(path))
}

// stderr and stdout are the real ones: go-plugin replaces those of package os when it serves.
var stdout, stderr = os.Stdout, os.Stderr

// say logs a line as hclog does.
func say(level, message string) {
	line, err := json.Marshal(map[string]string{"@level": level, "@message": message, "@module": "broken"})
	if err == nil {
		fmt.Fprintln(stderr, string(line))
	}
}
