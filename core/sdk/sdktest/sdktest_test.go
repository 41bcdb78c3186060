package sdktest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

const profileYAML = `
format: usagedata-profile/1
id: example
name: Example
version: 1
collection_point: {host: collection.example, port: 8443}
blackout: {before: 5m, after: 5m}
limits: {document: 100000, hour: 100000, spool: 1000000, collect: 60s, collector: 20s}
setting: {page: Admin, label: Send}
first_asked: page
analytics: /var/log/example/analytics.json
sources:
  - {name: example, doc: Example., settings: [{name: address, kind: address, doc: Address.}]}
categories:
  - {name: counts, doc: Counts., fields: [
      {name: users, kind: count, doc: Users., why: Size.},
      {name: address, kind: address, doc: Address., why: Test.}]}
  - {name: broken, doc: Broken., fields: [{name: users, kind: count, doc: Users., why: Size.}]}
`

type counts struct {
	Users   int64  `usage:"users"`
	Address string `usage:"address"`
}

type broken struct {
	Users int64 `usage:"users"`
}

func open(env sdk.Env) ([]sdk.Category, error) {
	var source struct {
		Address string `json:"address"`
	}
	if err := env.Source("example", &source); err != nil {
		return nil, err
	}
	return []sdk.Category{
		sdk.Collect("counts", func(_ context.Context, p sdk.Period) (counts, error) {
			return counts{Users: p.End.Unix() - p.Start.Unix(), Address: source.Address}, nil
		}),
		sdk.Collect("broken", func(context.Context, sdk.Period) (none broken, err error) {
			env.Log.Info("about to fail")
			return none, io.ErrUnexpectedEOF
		}),
	}, nil
}

// A source with a misspelled name would look like one that is not configured.
func TestAnUnknownSourceIsRefused(t *testing.T) {
	_, err := collect(t.Context(), []byte(profileYAML), open, On{Sources: map[string]any{"exmaple": nil}}, io.Discard)
	if want := `the profile has no source "exmaple"; it has: example`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestCollect(t *testing.T) {
	on := On{Root: "testdata", Sources: map[string]any{"example": map[string]any{"address": "192.0.2.1"}}}
	got := Collect(t, []byte(profileYAML), open, on)
	want := map[string]map[string]any{"counts": {"users": int64(3600), "address": "192.0.2.1"}}
	if diff := cmp.Diff(want, got.Values); diff != "" {
		t.Errorf("values (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]sdk.Reason{"broken": sdk.Malformed}, got.Omitted); diff != "" {
		t.Errorf("omitted (-want +got)\n%s", diff)
	}
	if got.Log == "" {
		t.Error("got no log, want what the plugin wrote")
	}
}

// The carryover of one cycle is passed to the next.
func TestMemory(t *testing.T) {
	remembering := func(env sdk.Env) ([]sdk.Category, error) {
		before, _ := env.Carryover.Recall("cycles")
		env.Carryover.Keep("cycles", append(before, 'x'))
		env.Log.Info("reminded", "of", string(before))
		return open(env)
	}
	on := On{Sources: map[string]any{"example": map[string]any{"address": "192.0.2.1"}}}
	for _, want := range []string{`of=""`, "of=x", "of=xx"} {
		got := Collect(t, []byte(profileYAML), remembering, on)
		if on.Carryover = got.Carryover; !strings.Contains(got.Log, want+"\n") {
			t.Errorf("got log %q, want %s", got.Log, want)
		}
	}
}

// The counters of one cycle are passed to the next. One that is not kept again stays.
func TestCounters(t *testing.T) {
	counting := func(env sdk.Env) ([]sdk.Category, error) {
		before, known := env.Counters.Recall("cycles")
		env.Counters.Keep("cycles", before+1)
		if !known {
			env.Counters.Keep("first", 7)
		}
		return open(env)
	}
	declared := []byte(profileYAML + "\ncounters:\n- {name: cycles, doc: Cycles.}\n- {name: first, doc: The first.}\n")
	on := On{Sources: map[string]any{"example": map[string]any{"address": "192.0.2.1"}}}
	for want := range int64(3) {
		on.Counters = Collect(t, declared, counting, on).Counters
		if diff := cmp.Diff(map[string]int64{"cycles": want + 1, "first": 7}, on.Counters); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	for name, number := range map[string]int64{"other": 1, "cycles": -1} {
		keeping := func(env sdk.Env) ([]sdk.Category, error) {
			env.Counters.Keep(name, number)
			return open(env)
		}
		if _, err := collect(t.Context(), declared, keeping, on, io.Discard); err == nil {
			t.Errorf("%s %d: got no error, but the host would drop it", name, number)
		}
	}
}

// failures keeps the messages with which a test would fail.
type failures struct {
	testing.TB
	said []string
}

func (f *failures) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}

// S19: a panic in a collector, or in a function of Parallel, fails the test, and the failure names
// the function and the line.
func TestAPanicFailsTheTest(t *testing.T) {
	crashes := func(sdk.Env) ([]sdk.Category, error) {
		return []sdk.Category{
			sdk.Collect("counts", func(context.Context, sdk.Period) (counts, error) { return readNothing() }),
			sdk.Collect("broken", func(ctx context.Context, _ sdk.Period) (broken, error) {
				return broken{}, sdk.Parallel(ctx, func(context.Context, *sdk.Missing) { _, _ = readNothing() }).Err()
			}),
		}, nil
	}
	f := &failures{TB: t}
	Collect(f, []byte(profileYAML), crashes, On{})
	said := strings.Join(f.said, "\n")
	n := strings.Count(said, "sdktest.readNothing(")
	if len(f.said) != 2 || n < 2 || !strings.Contains(said, "sdktest_test.go:") {
		t.Errorf("got %d failures, want the function that panicked in each:\n%s", len(f.said), said)
	}
}

func readNothing() (counts, error) {
	var source map[string]*counts
	return *source["none"], nil
}

func TestAPluginThatRefuses(t *testing.T) {
	for name, profile := range map[string]string{"a broken profile": "format: 1", "no source": profileYAML} {
		if _, err := collect(t.Context(), []byte(profile), open, On{}, io.Discard); err == nil {
			t.Errorf("%s: got no error, want one", name)
		}
	}
}
