package sdk

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

// A failure costs the category, with its reason. What an administrator can't mend is not in the
// log.
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
