package sdk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// serve runs a plugin in this process and returns the host's end of it.
func serve(t *testing.T, open Open, log hclog.Logger) pluginpb.PluginClient {
	t.Helper()
	listener := bufconn.Listen(1 << 16)
	server := grpc.NewServer()
	pluginpb.RegisterPluginServer(server, newServer(approved, open, log))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	dial := grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn,
		error) {
		return listener.DialContext(ctx)
	})
	conn, err := grpc.NewClient("passthrough:", dial, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return pluginpb.NewPluginClient(conn)
}

type readCounts = func(context.Context, Period) (totals, error)

// with opens a plugin whose settings are always read and whose counts are read by the function.
func with(read readCounts) Open {
	return func(Env) ([]Category, error) {
		return []Category{Collect("counts", read), of[settings]("settings")}, nil
	}
}

// collected runs one collect and returns each category's reason; a category that was read has none.
func collected(t *testing.T, plugin pluginpb.PluginClient) map[string]string {
	t.Helper()
	if _, err := plugin.Describe(t.Context(), &pluginpb.DescribeRequest{Root: "/"}); err != nil {
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
			return reasons
		}
		reasons[step.GetCategory().GetName()] = step.GetCategory().GetNotAvailable().GetReason()
	}
}

func TestDescribeTellsTheProfile(t *testing.T) {
	plugin := serve(t, with(nil), hclog.NewNullLogger())
	got, err := plugin.Describe(t.Context(), &pluginpb.DescribeRequest{Root: "/"})
	if err != nil {
		t.Fatal(err)
	}
	if got.GetProduct() != "example" || got.GetProfileVersion() != 3 || got.GetPluginVersion() != Version {
		t.Errorf("got %v, want the profile's identity", got)
	}
	if n := len(got.GetCategories()); n != 2 {
		t.Errorf("got %d categories, want 2", n)
	}
	if kind := got.GetCategories()[1].GetFields()[3].GetFields()[0].GetKind(); kind != "duration" {
		t.Errorf("got kind %q, want duration", kind)
	}
}

func TestDescribeRefuses(t *testing.T) {
	table := map[string]Open{
		"a plugin that does not open": func(Env) ([]Category, error) { return nil, errors.New("no") },
		"a plugin that crashes":       func(Env) ([]Category, error) { panic("no") },
		"structs that differ":         func(Env) ([]Category, error) { return []Category{of[totals]("counts")}, nil },
	}
	for name, open := range table {
		var log bytes.Buffer
		plugin := serve(t, open, hclog.New(&hclog.LoggerOptions{Output: &log}))
		_, err := plugin.Describe(t.Context(), &pluginpb.DescribeRequest{Root: "/"})
		if status.Code(err) != codes.FailedPrecondition || log.Len() == 0 {
			t.Errorf("%s: got %v and %q in the log, want it refused and logged", name, err, log.String())
		}
	}
}

func TestCollectBeforeDescribe(t *testing.T) {
	stream, err := serve(t, with(nil), hclog.NewNullLogger()).Collect(t.Context(), &pluginpb.CollectRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("got %v, want it refused", err)
	}
}

func TestCollectTwiceAtOnce(t *testing.T) {
	started, finish := make(chan struct{}), make(chan struct{})
	plugin := serve(t, with(func(context.Context, Period) (none totals, err error) {
		close(started)
		<-finish
		return none, nil
	}), hclog.NewNullLogger())
	if _, err := plugin.Describe(t.Context(), &pluginpb.DescribeRequest{Root: "/",
		CollectorMilliseconds: 60_000}); err != nil {
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

func TestAFailedCollectorCostsItsCategoryOnly(t *testing.T) {
	table := []struct {
		name string
		read readCounts
		want Reason
	}{
		{"error", func(context.Context, Period) (c totals, err error) { return c, NotAvailable(NotPermitted) }, NotPermitted},
		{"panic", func(context.Context, Period) (totals, error) { panic("crash") }, usage.Crashed},
		{"nil map", func(context.Context, Period) (c totals, err error) { c.ByModel["a"]++; return c, nil }, usage.Crashed},
	}
	for _, row := range table {
		var log bytes.Buffer
		plugin := serve(t, with(row.read), hclog.New(&hclog.LoggerOptions{Output: &log}))
		got := collected(t, plugin)
		if got["counts"] != string(row.want) || got["settings"] != "" {
			t.Errorf("%s: got reasons %v, want %q for counts only", row.name, got, row.want)
		}
		if !strings.Contains(log.String(), "category=counts") {
			t.Errorf("%s: got log %q, want the category named", row.name, log.String())
		}
	}
}

func TestNotApplicable(t *testing.T) {
	s := newServer(approved, nil, hclog.NewNullLogger())
	s.limit = time.Minute
	read := func(context.Context, Period) (c totals, err error) { return c, NotApplicable() }
	if got := s.collect(t.Context(), Collect("counts", read), Period{}); got.GetNotApplicable() == nil {
		t.Errorf("got %v, want not applicable", got)
	}
}

// TestALateCollectorIsLeftBehind is SEND-5: a source that does not answer can't hold the cycle up.
func TestALateCollectorIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(approved, nil, hclog.NewNullLogger())
		s.limit = 20 * time.Second
		finish := make(chan struct{})
		deaf := func(context.Context, Period) (none totals, err error) { <-finish; return none, nil }
		start := time.Now()
		got := s.collect(t.Context(), Collect("counts", deaf), Period{})
		if reason := got.GetNotAvailable().GetReason(); reason != string(TimedOut) || time.Since(start) != s.limit {
			t.Errorf("got %q after %v, want %q after %v", reason, time.Since(start), TimedOut, s.limit)
		}
		close(finish)
	})
}
