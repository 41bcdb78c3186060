package sdk

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"math"
	"reflect"
	"strings"
	"testing"

	"polycom.com/usagedata/core/internal/rooted"
	"polycom.com/usagedata/core/sdk/internal/serve"
)

// If the source fails, the category is missing, with a reason. A failure that an administrator
// can't correct is not logged.
func TestACategoryThatCouldNotBeRead(t *testing.T) {
	for _, tt := range []struct {
		err    error
		want   Reason
		logged bool
	}{
		{NotAvailable(NotPermitted), NotPermitted, true},
		{fs.ErrNotExist, NotFound, true},
		{errors.New("it failed"), SourceFailed, true},
		{ErrNotConfigured, NotConfigured, false},
	} {
		var log bytes.Buffer
		got := sent("counts", reflect.ValueOf(totals{}), tt.err, slog.New(slog.NewTextHandler(&log, nil)))
		if reason := got.GetNotAvailable().GetReason(); reason != string(tt.want) {
			t.Errorf("%v: got %v, want %q", tt.err, got, tt.want)
		}
		if named := strings.Contains(log.String(), "category=counts"); named != tt.logged {
			t.Errorf("%v: got log %q, want the category named %v", tt.err, log.String(), tt.logged)
		}
	}
	if got := sent("counts", reflect.ValueOf(totals{}), NotApplicable(), nil); got.GetNotApplicable() == nil {
		t.Errorf("got %v, want not applicable", got)
	}
}

// The plugin gets everything that the host gave, and the carryover of the previous cycle.
func TestOpenReceivesAnEnv(t *testing.T) {
	var packed []byte
	for cycle, want := range []string{"", "1", "2"} {
		open := Open(func(env Env) ([]Category, error) {
			for field, value := range reflect.ValueOf(env).Fields() {
				if value.IsZero() {
					t.Errorf("got nothing as %s", field.Name)
				}
			}
			if recalled, _ := env.Carryover.Recall("etag"); string(recalled) != want {
				t.Errorf("cycle %d: got %q, want %q", cycle, recalled, want)
			}
			env.Carryover.Keep("etag", []byte{byte('1' + cycle)})
			return nil, nil
		})
		is, err := open.opened(serve.Given{Root: rooted.At(t.TempDir()), Log: slog.New(slog.DiscardHandler),
			Sources: sourcesOf(t, `{"api": {}}`), Carryover: packed})
		if err != nil {
			t.Fatal(err)
		}
		packed = is.Carryover()
	}
}

// CAT-*: a value that no message can carry is logged by the name of its field, and its field is
// reported as missing, except counts by keys that are sent without it.
func TestWhatCannotBeSentIsReported(t *testing.T) {
	type network struct {
		Latency float64 `usage:"latency"`
		Lost    float64 `usage:"lost"`
	}
	type category struct {
		Load   float64            `usage:"load"`
		Model  string             `usage:"model"`
		Bytes  *uint64            `usage:"bytes"`
		Rates  []float64          `usage:"rates"`
		Counts map[string]float64 `usage:"counts"`
		Peers  []network          `usage:"peers"`
		Net    network            `usage:"net"`
		Alone  network            `usage:"alone"`
		Users  int                `usage:"users"`
	}
	most, nan := uint64(math.MaxUint64), math.NaN()
	given := category{Load: nan, Model: "geheim\xff", Bytes: &most, Rates: []float64{1, nan},
		Counts: map[string]float64{"a": 1, "geheim\xff": 2}, Peers: []network{{nan, 1}}, Net: network{math.Inf(1), 1},
		Alone: network{nan, nan}, Users: 3}
	var missing Missing
	missing.Add(NotAvailable(TimedOut), "model")
	var log bytes.Buffer
	got := sent("counts", reflect.ValueOf(given), missing.Err(), slog.New(slog.NewTextHandler(&log, nil)))
	var fields []string
	for _, m := range got.GetMissing() {
		fields = append(fields, m.GetField()+" "+m.GetReason())
	}
	want := "model timed_out, load malformed_answer, bytes malformed_answer, rates malformed_answer, " +
		"peers malformed_answer, net.latency malformed_answer, alone malformed_answer"
	if got := strings.Join(fields, ", "); got != want {
		t.Errorf("got missing %s\nwant %s", got, want)
	}
	const named = `fields="[load model bytes rates counts peers net.latency alone]"`
	if !strings.Contains(log.String(), named) || strings.Contains(log.String(), "geheim") {
		t.Errorf("got log %s, want the names of the fields and no value: %s", log.String(), named)
	}
	only := sent("counts", reflect.ValueOf(network{nan, nan}), nil, slog.New(slog.DiscardHandler))
	if only.GetNotAvailable().GetReason() != string(Malformed) {
		t.Errorf("got %v, want a category that is not available", only)
	}
}
