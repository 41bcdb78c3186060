package serve

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// approved is a profile with two categories.
var approved = profile.Profile{ID: "example", Version: 3, Limits: profile.Limits{Collector: time.Second},
	Categories: []profile.Category{
		{Name: "counts", Fields: []profile.Field{{Name: "users", Kind: kind.Count}}},
		{Name: "settings", Fields: []profile.Field{
			{Name: "queue", Fields: []profile.Field{{Name: "timeout", Kind: kind.Duration}}},
		}},
	}}

// connect serves a plugin in this process and returns the host's end of the connection.
func connect(t *testing.T, open Open, log io.Writer) pluginpb.PluginClient {
	t.Helper()
	listener := bufconn.Listen(1 << 16)
	server := grpc.NewServer()
	plugin := Plugin{approved, "1.2.3", open, slog.New(slog.NewTextHandler(log, nil))}
	pluginpb.RegisterPluginServer(server, plugin.Server())
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	dial := grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
		return listener.DialContext(ctx)
	})
	conn, err := grpc.NewClient("passthrough:", dial, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return pluginpb.NewPluginClient(conn)
}

type reader = func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category

// category returns a category that matches the profile.
func category(name string, read reader) Category {
	return NewCategory(name, func(profile.Category) []error { return nil }, read)
}

// empty returns a category without values.
func empty(name string) *pluginpb.Category {
	return &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{}}}
}

var settings = category("settings", func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category {
	return empty("settings")
})

func opened(categories ...Category) Open {
	return func(given Given) (Opened, error) {
		count := func() map[string]int64 { return map[string]int64{"cycles": given.Counters["cycles"] + 1} }
		return Opened{categories, func() []byte { return append(given.Carryover, 'x') }, count}, nil
	}
}

// with opens a plugin whose settings are always read and whose counts are read by the given
// function.
func with(read reader) Open { return opened(category("counts", read), settings) }

// collected calls Collect once. It returns the reason of each category, empty if it was read, and
// the carryover.
func collected(t *testing.T, plugin pluginpb.PluginClient, carryover ...byte) (map[string]string, []byte) {
	t.Helper()
	if _, err := plugin.Describe(t.Context(), &pluginpb.DescribeRequest{Root: "/", Memory: carryover}); err != nil {
		t.Fatal(err)
	}
	stream, err := plugin.Collect(t.Context(), &pluginpb.CollectRequest{})
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for {
		step, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if end := step.GetEnd(); end != nil {
			if int(end.GetCategories()) != len(reasons) {
				t.Errorf("got an end after %d categories, want %d", end.GetCategories(), len(reasons))
			}
			return reasons, end.GetMemory()
		}
		reasons[step.GetCategory().GetName()] = step.GetCategory().GetNotAvailable().GetReason()
	}
}

func TestDescribeReportsTheProfile(t *testing.T) {
	got, err := connect(t, with(nil), io.Discard).Describe(t.Context(), &pluginpb.DescribeRequest{Root: "/"})
	if err != nil {
		t.Fatal(err)
	}
	if got.GetProduct() != "example" || got.GetProfileVersion() != 3 || got.GetPluginVersion() != "1.2.3" {
		t.Errorf("got %v, want the profile's identity", got)
	}
	if n := len(got.GetCategories()); n != 2 {
		t.Errorf("got %d categories, want 2", n)
	}
	if part := got.GetCategories()[1].GetFields()[0].GetFields()[0]; part.GetKind() != "duration" {
		t.Errorf("got kind %q, want duration", part.GetKind())
	}
}

func TestDescribeRefuses(t *testing.T) {
	differs := NewCategory("counts", func(profile.Category) []error { return []error{errors.New("it differs")} }, nil)
	table := map[string]struct {
		open Open
		log  string
	}{
		"a plugin that does not open":    {func(Given) (o Opened, err error) { return o, errors.New("no") }, "no"},
		"a plugin that crashes":          {func(Given) (Opened, error) { panic("on purpose") }, "on purpose"},
		"a category that differs":        {opened(differs, settings), "it differs"},
		"a category of another profile":  {opened(category("people", nil)), "category people is not in the profile"},
		"a category too few":             {opened(settings), "category counts of the profile has no collector"},
		"two collectors of one category": {opened(settings, settings), "category settings has two collectors"},
	}
	for name, row := range table {
		var log bytes.Buffer
		_, err := connect(t, row.open, &log).Describe(t.Context(), &pluginpb.DescribeRequest{Root: "/"})
		if status.Code(err) != codes.FailedPrecondition || !strings.Contains(log.String(), row.log) {
			t.Errorf("%s: got %v and %q in the log, want it refused and logged", name, err, log.String())
		}
	}
}

func TestCollectBeforeDescribe(t *testing.T) {
	stream, err := connect(t, with(nil), io.Discard).Collect(t.Context(), &pluginpb.CollectRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("got %v, want it refused", err)
	}
}

func TestCollectTwiceAtOnce(t *testing.T) {
	started, finish := make(chan struct{}), make(chan struct{})
	plugin := connect(t, with(func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category {
		close(started)
		<-finish
		return empty("counts")
	}), io.Discard)
	request := &pluginpb.DescribeRequest{Root: "/", CollectorMilliseconds: 60_000}
	if _, err := plugin.Describe(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	first, err := plugin.Collect(t.Context(), &pluginpb.CollectRequest{})
	if err != nil {
		t.Fatal(err)
	}
	<-started
	second, err := plugin.Collect(t.Context(), &pluginpb.CollectRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Recv(); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("the second: got %v, want it refused", err)
	}
	close(finish)
	for err == nil {
		_, err = first.Recv()
	}
	if !errors.Is(err, io.EOF) {
		t.Errorf("the first: got %v, want it to end well", err)
	}
}

// A panic costs its category, and the log names the function that panicked in one line that the
// host accepts, however deep the stack and however long the value is.
func TestPanicLosesOnlyItsCategory(t *testing.T) {
	var log bytes.Buffer
	crash := func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category { return descend(500) }
	got, _ := collected(t, connect(t, with(crash), &log))
	if got["counts"] != string(usage.Crashed) || got["settings"] != "" {
		t.Errorf("got reasons %v, want %q for counts only", got, usage.Crashed)
	}
	line := log.String()
	if !strings.Contains(line, "category=counts") || !strings.Contains(line, "[running]:\\npolycom.com/usagedata/"+
		"core/sdk/internal/serve.descend(") || len(line) > 3500 {
		t.Errorf("got %d bytes, want the category and first the function that panicked:\n%s", len(line), line)
	}
}

func descend(levels int) *pluginpb.Category {
	if levels == 0 {
		panic(strings.Repeat("on purpose", 1000))
	}
	return descend(levels - 1)
}

// The server gives the plugin its counters of the last cycle, and sends those of this one at the end.
func TestCountersArePassedOn(t *testing.T) {
	plugin := connect(t, with(func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category {
		return Missing("counts", usage.NotYet)
	}), io.Discard)
	request := &pluginpb.DescribeRequest{Root: "/", Counters: map[string]int64{"cycles": 41}}
	if _, err := plugin.Describe(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	stream, err := plugin.Collect(t.Context(), &pluginpb.CollectRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for step := (*pluginpb.CollectResponse)(nil); step.GetEnd() == nil; {
		if step, err = stream.Recv(); err != nil {
			t.Fatal(err)
		}
		if got := step.GetEnd().GetCounters()["cycles"]; step.GetEnd() != nil && got != 42 {
			t.Errorf("got %d cycles, want 42", got)
		}
	}
}

// The server sends the carryover at the end, after everything has been read.
func TestWhatIsRemembered(t *testing.T) {
	read := func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category {
		return Missing("counts", usage.NotFound) // the carryover does not depend on the outcome of the category
	}
	if _, carryover := collected(t, connect(t, with(read), io.Discard), 'a'); string(carryover) != "ax" {
		t.Errorf("got %q, want what was carried and what was added", carryover)
	}
}

// SEND-5: a source that does not answer does not delay the cycle.
func TestLateCollectorsAreNotAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := server{Plugin: Plugin{Log: slog.New(slog.DiscardHandler)}, limit: 20 * time.Second}
		finish := make(chan struct{})
		deaf := func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category {
			<-finish
			return empty("counts")
		}
		start := time.Now()
		got := s.collect(t.Context(), category("counts", deaf), usage.Period{})
		if reason := got.GetNotAvailable().GetReason(); reason != string(usage.TimedOut) ||
			time.Since(start) != s.limit {
			t.Errorf("got %q after %v, want %q after %v", reason, time.Since(start), usage.TimedOut, s.limit)
		}
		close(finish)
	})
}

// CONS-2: the collector of a category that is left out is not called, so its source is not opened. A
// name that the plugin does not have is ignored.
func TestLeftOutIsNotRead(t *testing.T) {
	read := func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category {
		t.Error("the collector was called")
		return empty("counts")
	}
	plugin := connect(t, with(read), io.Discard)
	for _, leftOut := range [][]string{{"counts", "gone"}, {"counts", "settings", "counts"}} {
		if _, err := plugin.Describe(t.Context(), &pluginpb.DescribeRequest{Root: "/"}); err != nil {
			t.Fatal(err)
		}
		stream, err := plugin.Collect(t.Context(), &pluginpb.CollectRequest{LeftOut: leftOut})
		if err != nil {
			t.Fatal(err)
		}
		var sent []string
		for {
			step, err := stream.Recv()
			if err != nil {
				t.Fatal(err)
			}
			if end := step.GetEnd(); end != nil {
				if int(end.GetCategories()) != len(sent) || len(sent) > 1 || len(sent) == 1 && sent[0] != "settings" {
					t.Errorf("without %v: got %v, and an end after %d", leftOut, sent, end.GetCategories())
				}
				break
			}
			sent = append(sent, step.GetCategory().GetName())
		}
	}
}
