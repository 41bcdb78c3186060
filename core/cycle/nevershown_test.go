package cycle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// TestMain lets the test binary also be the plugin of [TestCarryoverIsNeverShown]: a real
// process behind a real handshake.
func TestMain(m *testing.M) {
	if os.Getenv(wire.Handshake.MagicCookieKey) == "" {
		os.Exit(m.Run())
	}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  wire.Handshake,
		VersionedPlugins: wire.Plugins(&remembering{}),
		GRPCServer:       plugin.DefaultGRPCServer,
	})
}

// remembers is the value that the plugin returns in its memory, neither compressed nor encoded, so
// that the test would find it.
const remembers = "peer-07.corp.example.com"

// remembering is a plugin that counts one user if it is not reminded, and two if it is.
type remembering struct {
	pluginpb.UnimplementedPluginServer
	reminded string
}

func (r *remembering) Describe(_ context.Context, request *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse,
	error) {
	r.reminded = string(request.GetMemory())
	return &pluginpb.DescribeResponse{Product: acme.ID, PluginVersion: "1.2.3", ProfileVersion: 1}, nil
}

func (r *remembering) Collect(_ *pluginpb.CollectRequest,
	s grpc.ServerStreamingServer[pluginpb.CollectResponse]) error {
	users := &pluginpb.Value{Is: &pluginpb.Value_Number{Number: 1}}
	if r.reminded == remembers {
		users = &pluginpb.Value{Is: &pluginpb.Value_Number{Number: 2}}
	}
	counts := &pluginpb.Category{Name: "counts", Outcome: &pluginpb.Category_Record{
		Record: &pluginpb.Record{Fields: map[string]*pluginpb.Value{"users": users}},
	}}
	step := &pluginpb.CollectResponse_Category{Category: counts}
	if err := s.Send(&pluginpb.CollectResponse{Step: step}); err != nil {
		return err
	}
	end := &pluginpb.End{Categories: 1, Memory: []byte(remembers)}
	return s.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: end}})
}

// host returns a [pluginhost.Host] that runs this test's binary as the plugin.
func host(t *testing.T, log hclog.Logger) (h *pluginhost.Host, run string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(filepath.Join(dir, product.PluginName), text,
		0o755)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{profile.FileName, product.ChecksumName} {
		// The host checks the owner of these files; it already has their contents.
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if run, err = os.MkdirTemp("", "ud"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(run) })
	asked := acme
	asked.Limits.Collect, asked.Limits.Collector = 30*time.Second, 10*time.Second
	installed := product.Installed{Profile: asked, Dir: dir, Sum: sha256.Sum256(text)}
	return &pluginhost.Host{Product: installed, Run: run, Root: "/", Log: log,
		Scrub: func(line string) string { return line }}, run
}

// uploaded reports whether the journal has this many uploads.
func (a *appliance) uploaded(want int) bool {
	lines, _ := a.Journal.Last(1000)
	got := 0
	for _, l := range lines {
		if l.Outcome == journal.Uploaded {
			got++
		}
	}
	return got >= want
}

// ANON-1: the service carries the plugin's memory from cycle to cycle, and it is in no file, no
// document and no log.
func TestCarryoverIsNeverShown(t *testing.T) {
	t.Parallel()
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	var log bytes.Buffer
	a.Log = hclog.New(&hclog.LoggerOptions{Output: &log, Level: hclog.Trace})
	hosted, run := host(t, a.Log)
	a.Collector = hosted
	var hours atomic.Int64
	start := a.now
	a.Now = func() time.Time { return start.Add(time.Duration(hours.Load()) * time.Hour) }
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	a.line.while = func() {
		if a.carryover.empty() {
			t.Error("nothing is remembered, so nothing is shown")
		}
		absent(t, remembers, filepath.Dir(a.Decision.Path()), run)
		if hours.Add(1) == 2 {
			a.line.while = nil
			go func() { // until this upload is recorded too
				for !a.uploaded(2) && ctx.Err() == nil {
					<-time.After(10 * time.Millisecond)
				}
				stop()
			}()
		}
	}
	if err := a.service(0).Serve(ctx); err != nil {
		t.Fatal(err)
	}
	absent(t, remembers, filepath.Dir(a.Decision.Path()), run)
	if strings.Contains(log.String(), remembers) {
		t.Errorf("the log shows it:\n%s", log.String())
	}
	if len(a.line.sent) != 2 {
		t.Fatalf("got %d documents want 2\n%s", len(a.line.sent), log.String())
	}
	for i, want := range []string{`"users": 1`, `"users": 2`} {
		if body := string(a.line.bodies[a.line.sent[i]]); !strings.Contains(body, want) ||
			strings.Contains(body, remembers) {
			t.Errorf("document %d: got\n%s\nwant %s and not what is remembered", i+1, body, want)
		}
	}
}

// absent checks that the word is in no file below the folders.
func absent(t *testing.T, word string, folders ...string) {
	t.Helper()
	files := 0
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			files++
			text, err := os.ReadFile(path)
			if bytes.Contains(text, []byte(word)) {
				t.Errorf("%s holds what is remembered", filepath.Base(path))
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if files == 0 {
		t.Error("no file was looked at")
	}
}
