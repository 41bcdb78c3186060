// Package serve answers the host's calls for a plugin: it describes the plugin, and runs a few of
// its collectors at a time, each within its time limit. It knows a plugin only as a profile and a
// function that opens its categories. Package sdk uses it to serve an author's plugin in a process
// of its own, and package sdktest to serve it inside a test.
package serve

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/internal/rooted"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Given holds everything that the host gives a plugin to read. It is the argument of [Open].
type Given struct {
	Root      fs.FS
	Log       *slog.Logger
	Sources   map[string]json.RawMessage
	Carryover []byte           // packed in the last cycle
	Counters  map[string]int64 // of the last cycle
}

// Opened is a plugin that is ready to read. [Open] returns one.
type Opened struct {
	Categories []Category
	// Carryover packs the values for the next cycle, and Counters returns the numbers. Both are called
	// after all has been read.
	Carryover func() []byte
	Counters  func() map[string]int64
}

// Open opens a plugin.
type Open func(Given) (Opened, error)

// maxConcurrent is the number of collectors that read at the same time: enough that one slow source
// does not hold back the others, few enough that the product does not notice (SEND-5).
const maxConcurrent = 3

// Plugin holds everything that is needed to serve a plugin.
type Plugin struct {
	Profile profile.Profile
	Version string
	Open    Open
	Log     *slog.Logger
}

// Server returns the server that answers the host's calls for the plugin.
func (p Plugin) Server() pluginpb.PluginServer { return &server{Plugin: p} }

type server struct {
	pluginpb.UnimplementedPluginServer
	Plugin

	mu     sync.Mutex // held during Describe and Collect: each comes once, one at a time
	opened Opened
	limit  time.Duration
}

// Describe opens the author's categories. It refuses if their structs differ from the profile.
func (s *server) Describe(_ context.Context, req *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, err := req.GetSources().MarshalJSON()
	given := Given{Root: rooted.At(req.GetRoot()), Log: s.Log, Carryover: req.GetMemory(),
		Counters: req.GetCounters()}
	if err := errors.Join(err, json.Unmarshal(text, &given.Sources)); err != nil {
		return nil, status.Error(codes.InvalidArgument, "sources are not JSON")
	}
	opened, err := s.openedWith(given)
	if err != nil {
		return nil, s.refuse("open the plugin", err)
	}
	if err := s.check(opened.Categories); err != nil {
		return nil, s.refuse("compare the structs with the profile", err)
	}
	s.opened = opened
	s.limit = time.Duration(req.GetCollectorMilliseconds()) * time.Millisecond
	if s.limit <= 0 {
		s.limit = s.Profile.Limits.Collector
	}
	return s.describe(), nil
}

// openedWith calls the author's function. It returns a panic as an error, so that the host learns
// of it at once instead of losing its child process.
func (s *server) openedWith(given Given) (opened Opened, err error) {
	defer func() {
		if crash := Recovered(recover()); crash != nil {
			s.Log.Error("opening crashed", crash.pairs()...)
			err = errors.New("it crashed")
		}
	}()
	return s.Open(given)
}

// refuse logs the error. The answer to the host only names the step.
func (s *server) refuse(step string, err error) error {
	s.Log.Error(step, "error", err)
	return status.Error(codes.FailedPrecondition, step)
}

// Collect runs the collectors, a few at a time, and sends each category as soon as it is read.
func (s *server) Collect(req *pluginpb.CollectRequest,
	stream grpc.ServerStreamingServer[pluginpb.CollectResponse]) error {
	if !s.mu.TryLock() {
		return status.Error(codes.ResourceExhausted, "another collect is under way")
	}
	defer s.mu.Unlock()
	if s.opened.Categories == nil {
		return status.Error(codes.FailedPrecondition, "Describe must be called before Collect")
	}
	period := usage.Period{Start: req.GetStart().AsTime(), End: req.GetEnd().AsTime()}
	asked := without(s.opened.Categories, req.GetLeftOut())
	for category := range s.read(stream.Context(), asked, period) {
		err := stream.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_Category{Category: category}})
		if err != nil {
			return err
		}
	}
	end := &pluginpb.End{Categories: int32(len(asked)), Memory: s.opened.Carryover(),
		Counters: s.opened.Counters()}
	return stream.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: end}})
}

// without returns the categories that the administrator did not leave out. The collectors of the
// others are not called, so a source that only they read is not opened.
func without(categories []Category, leftOut []string) []Category {
	return slices.DeleteFunc(slices.Clone(categories), func(c Category) bool {
		return slices.Contains(leftOut, c.name)
	})
}

// read starts the collectors and returns their categories. The channel has room for all of them, so
// that a collector ends even if the host no longer reads.
func (s *server) read(ctx context.Context, asked []Category, period usage.Period) <-chan *pluginpb.Category {
	sent := make(chan *pluginpb.Category, len(asked))
	places := make(chan struct{}, maxConcurrent)
	var all sync.WaitGroup
	for _, c := range asked {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			sent <- s.collect(ctx, c, period)
		})
	}
	go func() { all.Wait(); close(sent) }()
	return sent
}

// collect reads one category within its time limit. It does not wait for a collector that ignores
// its context: that one ends with the process, soon after.
func (s *server) collect(ctx context.Context, c Category, period usage.Period) *pluginpb.Category {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	result := make(chan *pluginpb.Category, 1)
	go func() { result <- s.run(ctx, c, period) }()
	select {
	case category := <-result:
		return category
	case <-ctx.Done():
		s.Log.Warn("collector is late", "category", c.name)
		return Missing(c.name, usage.TimedOut)
	}
}

// run reads one category. A panic costs the category but not the plugin.
func (s *server) run(ctx context.Context, c Category, period usage.Period) (category *pluginpb.Category) {
	defer func() {
		if crash := Recovered(recover()); crash != nil {
			s.Log.Error("collector crashed", append(crash.pairs(), "category", c.name)...)
			category = Missing(c.name, usage.Crashed)
		}
	}()
	return c.read(ctx, period, s.Log)
}
