// Package sdktest runs a plugin's collectors inside a test. It makes the same calls as the host,
// but without a process: describe, then collect. [Golden] compares the result with a file that
// shows each value as it was read and as it would leave the appliance.
//
// [Collect] returns the values as the plugin sent them, untreated. In a test they are test data;
// only tests may import this package.
package sdktest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/internal/logbridge"
	"polycom.com/usagedata/core/sdk/internal/serve"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// On describes the environment in which [Collect] runs the plugin.
type On struct {
	Root      string           // the file system to read: testdata/good
	Sources   map[string]any   // as in config.yaml: {"platform_api": {"url": "…"}}
	Limit     time.Duration    // for one category; 0: as in the profile
	Period    sdk.Period       // the reported hour; zero: the hour from 2026-03-01 13:00 UTC
	Carryover []byte           // of the previous cycle's Result; empty if there was no cycle before
	Counters  map[string]int64 // likewise
	LeftOut   []string         // categories that the administrator leaves out: their collectors are not called
}

// Result holds the outcome of one [Collect].
type Result struct {
	// Values holds the values by category and field: bool, int64, float64, string, []any and
	// map[string]any. An unknown value is absent.
	Values map[string]map[string]any
	// Omitted holds the reason for each missing category, and, as category.field, for each missing
	// field of a category that was sent.
	Omitted map[string]sdk.Reason
	// Log holds everything that the plugin logged.
	Log string
	// Carryover holds the values that the plugin keeps for the next cycle. [Remembered] decodes
	// them.
	Carryover []byte
	// Counters holds the numbers that the plugin keeps for the next cycle.
	Counters map[string]int64

	approved profile.Profile
	observed []usage.Observation // as the host receives them
}

// Collect describes the plugin and collects once. The test fails if the plugin refuses or violates
// the protocol, or if a collector panics: then the failure shows the plugin's log, which has the
// stack.
func Collect(t testing.TB, profileYAML []byte, open sdk.Open, on On) Result {
	t.Helper()
	var log lines
	result, err := collect(t.Context(), profileYAML, open, on, &log)
	if err != nil {
		t.Fatalf("collect: %v\n%s", err, log.String())
	}
	result.Log = log.String()
	for name, reason := range result.Omitted {
		if reason == usage.Crashed {
			t.Errorf("the collector of %s panicked:\n%s", name, result.Log)
		}
	}
	return result
}

func collect(ctx context.Context, profileYAML []byte, open sdk.Open, on On, log io.Writer) (Result, error) {
	approved, err := profile.Parse(profileYAML)
	if err != nil {
		return Result{}, err
	}
	if err := on.declared(approved); err != nil {
		return Result{}, err
	}
	plugin, stop, err := inProcess(serve.Plugin{
		Profile: approved, Version: sdk.Version, Open: opened(open),
		Log: logbridge.NewText(log),
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

// declared returns an error if the profile lacks a source, as the host does: the collectors of a
// source with a misspelled name would report it as not configured.
func (on On) declared(approved profile.Profile) error {
	var known []string
	for _, source := range approved.Sources {
		known = append(known, source.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(on.Sources)) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("the profile has no source %q; it has: %s", name,
				cmp.Or(strings.Join(known, ", "), "none"))
		}
	}
	return nil
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
		Root: root, Sources: sources, CollectorMilliseconds: on.Limit.Milliseconds(), Memory: on.Carryover,
		Counters: on.Counters,
	}, err
}

func (on On) collect() *pluginpb.CollectRequest {
	start, end := on.Period.Start, on.Period.End
	if start.IsZero() {
		start = time.Date(2026, time.March, 1, 13, 0, 0, 0, time.UTC)
		end = start.Add(time.Hour)
	}
	return &pluginpb.CollectRequest{Start: timestamppb.New(start), End: timestamppb.New(end), LeftOut: on.LeftOut}
}
