// Package sdktest runs a plugin's collectors inside a test, through the same calls that the host makes, but without a
// process: describe, collect, and what came of each category. Golden compares that with a file, in which each value
// stands beside what the host would let leave of it.
//
// What Collect returns is what the plugin sent, untreated. In a test the values are test data; nothing but a
// test may import this package.
package sdktest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/internal/logbridge"
	"polycom.com/usagedata/core/sdk/internal/serve"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// On is what the plugin is run on.
type On struct {
	Root    string         // the file system to read: testdata/good
	Sources map[string]any // as in config.yaml: {"platform_api": {"url": "…"}}
	Limit   time.Duration  // for one category; 0: the profile's
	Period  sdk.Period     // the hour that is reported; zero: the one from 2026-03-01 13:00 UTC
	Memory  []byte         // the Result's of the cycle before; empty: there was none
}

// Result is what came of one collect.
type Result struct {
	// Values by category and field: bool, int64, float64, string, []any and map[string]any. What is not known is not
	// there.
	Values map[string]map[string]any
	// Omitted is why a category is missing, or, as category.field, a field of one that is there.
	Omitted map[string]sdk.Reason
	// Log is all that the plugin logged.
	Log string
	// Memory is what the plugin wants to be given in the next cycle; Remembered shows what is in it.
	Memory []byte

	approved profile.Profile
	observed []usage.Observation // as the host receives them
}

// Collect describes the plugin and collects once. The test fails if the plugin refuses, or breaks the protocol.
func Collect(t testing.TB, profileYAML []byte, open sdk.Open, on On) Result {
	t.Helper()
	var log lines
	result, err := collect(t.Context(), profileYAML, open, on, &log)
	if err != nil {
		t.Fatalf("collect: %v\n%s", err, log.String())
	}
	result.Log = log.String()
	return result
}

func collect(ctx context.Context, profileYAML []byte, open sdk.Open, on On, log io.Writer) (Result, error) {
	approved, err := profile.Parse(profileYAML)
	if err != nil {
		return Result{}, err
	}
	plugin, stop, err := inProcess(serve.Plugin{
		Profile: approved, Version: sdk.Version, Open: opened(open),
		Log: logbridge.New(hclog.New(&hclog.LoggerOptions{Level: hclog.Debug, Output: log})),
	}.Server())
	if err != nil {
		return Result{}, err
	}
	defer stop()
	request, err := on.describe()
	if err != nil {
		return Result{}, err
	}
	if _, err := plugin.Describe(ctx, request); err != nil {
		return Result{}, err
	}
	stream, err := plugin.Collect(ctx, on.collect())
	if err != nil {
		return Result{}, err
	}
	return receive(stream, approved)
}

func (on On) describe() (*pluginpb.DescribeRequest, error) {
	root, err := filepath.Abs(on.Root)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(on.Sources)
	if err != nil {
		return nil, fmt.Errorf("encode sources: %w", err)
	}
	sources := &structpb.Struct{}
	if len(on.Sources) > 0 {
		err = sources.UnmarshalJSON(text)
	}
	return &pluginpb.DescribeRequest{
		Root: root, Sources: sources, CollectorMilliseconds: on.Limit.Milliseconds(), Memory: on.Memory,
	}, err
}

func (on On) collect() *pluginpb.CollectRequest {
	start, end := on.Period.Start, on.Period.End
	if start.IsZero() {
		start = time.Date(2026, time.March, 1, 13, 0, 0, 0, time.UTC)
		end = start.Add(time.Hour)
	}
	return &pluginpb.CollectRequest{Start: timestamppb.New(start), End: timestamppb.New(end)}
}
