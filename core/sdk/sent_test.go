package sdk

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
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
