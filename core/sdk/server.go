package sdk

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// atOnce is how many collectors read at the same time: enough that one slow source does not hold back the others,
// few enough that the product does not notice (SEND-5).
const atOnce = 3

// server answers the host.
type server struct {
	pluginpb.UnimplementedPluginServer
	approved profile.Profile
	open     Open
	log      hclog.Logger

	mu         sync.Mutex // held through Describe and Collect: each comes once, one at a time
	categories []Category
	memory     *Memory
	limit      time.Duration
}

func newServer(approved profile.Profile, open Open, log hclog.Logger) *server {
	return &server{approved: approved, open: open, log: log}
}

// Describe opens the author's categories and refuses if their structs differ from the profile.
func (s *server) Describe(_ context.Context, req *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sources, err := req.GetSources().MarshalJSON()
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, "sources are not JSON")
	}
	env, err := NewEnv(req.GetRoot(), sources, s.log)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	env.Memory = OpenMemory(req.GetMemory())
	categories, err := s.opened(env)
	if err != nil {
		return nil, s.refuse("open the plugin", err)
	}
	if err := check(s.approved, categories); err != nil {
		return nil, s.refuse("compare the structs with the profile", err)
	}
	s.categories, s.memory = categories, env.Memory
	s.limit = time.Duration(req.GetCollectorMilliseconds()) * time.Millisecond
	if s.limit <= 0 {
		s.limit = s.approved.Limits.Collector
	}
	return describe(s.approved), nil
}

// opened calls the author's function. A panic in it is reported like an error, so that the host hears of it at once
// instead of losing its child.
func (s *server) opened(env Env) (categories []Category, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("panic: %v\n%s", crash, debug.Stack())
		}
	}()
	return s.open(env)
}

// refuse puts the error into the log; the answer to the host names only the step.
func (s *server) refuse(step string, err error) error {
	s.log.Error(step, "error", err)
	return status.Error(codes.FailedPrecondition, step)
}

// Collect runs the collectors, a few at a time, and sends each category when it is read.
func (s *server) Collect(req *pluginpb.CollectRequest,
	stream grpc.ServerStreamingServer[pluginpb.CollectResponse]) error {
	if !s.mu.TryLock() {
		return status.Error(codes.ResourceExhausted, "another collect is under way")
	}
	defer s.mu.Unlock()
	if s.categories == nil {
		return status.Error(codes.FailedPrecondition, "describe comes before collect")
	}
	period := Period{Start: req.GetStart().AsTime(), End: req.GetEnd().AsTime()}
	for category := range s.read(stream.Context(), period) {
		err := stream.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_Category{Category: category}})
		if err != nil {
			return err
		}
	}
	end := &pluginpb.End{Categories: int32(len(s.categories)), Memory: s.memory.Packed()}
	return stream.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: end}})
}

// read starts the collectors and returns what they send. The channel has room for all, so that a collector ends
// even when nobody reads any more.
func (s *server) read(ctx context.Context, period Period) <-chan *pluginpb.Category {
	sent := make(chan *pluginpb.Category, len(s.categories))
	places := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for _, c := range s.categories {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			sent <- s.collect(ctx, c, period)
		})
	}
	go func() { all.Wait(); close(sent) }()
	return sent
}

// collect reads one category within its limit. A collector that ignores its context is left behind: it ends with the
// process, soon after.
func (s *server) collect(ctx context.Context, c Category, period Period) *pluginpb.Category {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	result := make(chan *pluginpb.Category, 1)
	go func() { result <- s.run(ctx, c, period) }()
	select {
	case category := <-result:
		return category
	case <-ctx.Done():
		s.log.Warn("collector is late", "category", c.name)
		return missing(c.name, TimedOut)
	}
}

func (s *server) run(ctx context.Context, c Category, period Period) (category *pluginpb.Category) {
	defer func() {
		if crash := recover(); crash != nil {
			s.log.Error("collector crashed", "category", c.name, "panic", fmt.Sprint(crash), "stack", string(debug.Stack()))
			category = missing(c.name, usage.Crashed)
		}
	}()
	value, err := c.collect(ctx, period)
	var lacks partly
	if errors.As(err, &lacks) {
		return s.partly(c.name, reflect.ValueOf(value), lacks)
	}
	if err != nil {
		reason := Explain(err)
		if reason != NotConfigured && !errors.Is(err, NotApplicable()) {
			s.log.Warn("category not available", "category", c.name, "error", err)
		}
		return missing(c.name, reason)
	}
	return &pluginpb.Category{Name: c.name, Outcome: &pluginpb.Category_Record{Record: record(reflect.ValueOf(value))}}
}

// partly sends what there is of a category, and why the rest is not. Where there is nothing, the category is missing.
func (s *server) partly(name string, value reflect.Value, lacks partly) *pluginpb.Category {
	if lacks.cause != nil {
		s.log.Warn("fields not available", "category", name, "error", lacks.cause)
	}
	read := record(value)
	if reason, whole := lacks.whole(); whole && len(read.Fields) == 0 {
		return missing(name, reason)
	}
	category := &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: read}}
	for _, f := range lacks.fields {
		category.Missing = append(category.Missing, &pluginpb.Missing{Field: f.name, Reason: string(f.reason)})
	}
	return category
}
