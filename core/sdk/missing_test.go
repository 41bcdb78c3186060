package sdk

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// CAT-*: if a collector can't read everything, it sends the rest and says which fields are missing
// and why.
func TestLackingFields(t *testing.T) {
	var missing Missing
	missing.Add(nil, "users")
	if err := missing.Err(); err != nil {
		t.Fatalf("got %v, want nothing", err)
	}
	missing.Add(fmt.Errorf("read the sites: %w", NotAvailable(TimedOut)), "sites", "site_links")
	missing.Add(NotApplicable(), "queues")
	missing.Add(ErrNotConfigured, "calls")
	var log bytes.Buffer
	users := int64(12)
	read := reflect.ValueOf(totals{Users: &users})
	got := sent("counts", read, errors.Join(missing.Err()), slog.New(slog.NewTextHandler(&log, nil)))
	want := map[string]string{"sites": "timed_out", "site_links": "timed_out", "queues": "not_applicable",
		"calls": "not_configured"}
	if diff := cmp.Diff(want, lacks(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got.GetRecord().GetFields()["users"].GetNumber() != 12 {
		t.Errorf("got %v, want the users", got.GetRecord())
	}
	if text := log.String(); !strings.Contains(text, "read the sites") || strings.Contains(text, "calls") ||
		strings.Contains(text, "queues") {
		t.Errorf("got log %q, want what there is to mend", text)
	}
}

// If no field is left, the category is missing for the first reason, or it is not applicable.
func TestAllFieldsAreMissing(t *testing.T) {
	for _, tt := range []struct {
		causes []error
		want   string
		parts  int
	}{
		{[]error{NotAvailable(Refused), NotAvailable(TimedOut)}, "connection_refused", 0},
		{[]error{NotApplicable(), NotApplicable()}, "not_applicable", 0},
		{[]error{NotApplicable(), NotAvailable(TimedOut)}, "", 2},
		{[]error{ErrNotConfigured, NotAvailable(NotOnRelease), NotAvailable(TimedOut)}, "timed_out", 0},
		{[]error{ErrNotConfigured, NotAvailable(NotOnRelease)}, "not_on_this_release", 0},
	} {
		var missing Missing
		for i, cause := range tt.causes {
			missing.Add(cause, fmt.Sprint("field_", i))
		}
		got := sent("counts", reflect.ValueOf(totals{}), missing.Err(), slog.New(slog.DiscardHandler))
		reason := got.GetNotAvailable().GetReason()
		if got.GetNotApplicable() != nil {
			reason = string(usage.Inapplicable)
		}
		if reason != tt.want || len(got.GetMissing()) != tt.parts {
			t.Errorf("%v: got %v, want %q and %d missing fields", tt.causes, got, tt.want, tt.parts)
		}
	}
}

// If several sources could have given a field, it has the reason that an administrator can act on,
// in any order.
func TestSeveralSourcesOfOneField(t *testing.T) {
	for _, causes := range [][]error{
		{ErrNotConfigured, NotAvailable(Refused)}, {NotAvailable(Refused), ErrNotConfigured},
		{NotAvailable(NotOnRelease), NotApplicable(), NotAvailable(Refused)},
	} {
		var missing Missing
		for _, cause := range causes {
			missing.Add(cause, "users")
		}
		var got partial
		if !errors.As(missing.Err(), &got) || len(got.fields) != 1 ||
			got.fields[0] != (missingField{"users", Refused}) {
			t.Errorf("%v: got %+v, want the users, refused", causes, got)
		}
	}
}

// The reader of a part of a category reports its own missing fields, and [Explain] finds the
// reason.
func TestMissingFieldsOfAPart(t *testing.T) {
	var part, missing Missing
	part.Add(NotAvailable(NotPermitted), "processes")
	part.Add(NotAvailable(NotOnRelease), "uptime", "load")
	if got := Explain(part.Err()); got != NotPermitted {
		t.Errorf("got %q, want %q", got, NotPermitted)
	}
	missing.Add(NotAvailable(Refused), "database")
	missing.Add(fmt.Errorf("the machine: %w", part.Err()), "not", "these")
	got := sent("counts", reflect.ValueOf(totals{Users: new(int64)}), missing.Err(), slog.New(slog.DiscardHandler))
	want := map[string]string{"database": "connection_refused", "processes": "not_permitted",
		"uptime": "not_on_this_release", "load": "not_on_this_release"}
	if diff := cmp.Diff(want, lacks(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func lacks(c *pluginpb.Category) map[string]string {
	reasons := map[string]string{}
	for _, m := range c.GetMissing() {
		reasons[m.GetField()] = m.GetReason()
	}
	return reasons
}
