package sdk

import (
	"bytes"
	"context"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk/internal/serve"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// approved is a profile with a field of every shape.
var approved = profile.Profile{ID: "example", Version: 3, Limits: profile.Limits{Collector: time.Second},
	Categories: []profile.Category{
		{Name: "counts", Fields: []profile.Field{
			{Name: "users", Kind: kind.Count},
			{Name: "by_model", Kind: kind.Count, By: []string{"a"}},
		}},
		{Name: "settings", Fields: []profile.Field{
			{Name: "mode", Kind: kind.Enum, Values: []string{"a"}},
			{Name: "ciphers", Kind: kind.Enum, Values: []string{"a"}, List: 4},
			{Name: "features", List: 4, Fields: []profile.Field{{Name: "until", Kind: kind.Date}}},
			{Name: "queue", Fields: []profile.Field{{Name: "timeout", Kind: kind.Duration}}},
		}},
	}}

type totals struct {
	Users   *int64           `usage:"users"`
	ByModel map[string]int64 `usage:"by_model"`
}

type settings struct {
	Mode     string    `usage:"mode"`
	Ciphers  []string  `usage:"ciphers"`
	Features []feature `usage:"features"`
	Queue    *queue    `usage:"queue"`
}

type feature struct {
	Until Date `usage:"until"`
}

type queue struct {
	Timeout time.Duration `usage:"timeout"`
}

// of returns a category that is never read.
func of[T any](name string) Category {
	return Collect(name, func(context.Context, Period) (none T, err error) { return none, nil })
}

// refusal describes a plugin of these categories and returns the log if the plugin is refused.
func refusal(t *testing.T, categories ...Category) string {
	t.Helper()
	var log bytes.Buffer
	open := Open(func(Env) ([]Category, error) { return categories, nil })
	p := serve.Plugin{Profile: approved, Open: open.opened, Log: slog.New(slog.NewTextHandler(&log, nil))}
	_, err := p.Server().Describe(t.Context(), &pluginpb.DescribeRequest{Root: "/"})
	if (err != nil) != (log.Len() > 0) {
		t.Errorf("got %v and the log %q, want both or nothing", err, log.String())
	}
	return log.String()
}

func TestCheckAcceptsTheApproved(t *testing.T) {
	if got := refusal(t, of[settings]("settings"), of[totals]("counts")); got != "" {
		t.Errorf("got %s, want no difference", got)
	}
}

// ANON-1: a plugin can't drift from the approved list. [TestCheckNamesEveryDifference] is half of
// this promise; the host is the other half.
func TestCheckNamesEveryDifference(t *testing.T) {
	type users = struct {
		Users int64 `usage:"users"`
	}
	table := []struct {
		name string
		give Category // in place of counts
		want []string
	}{
		{"a field too few", of[users]("counts"),
			[]string{"counts.by_model is in the profile but not in"}},
		{"fields too many", of[struct {
			totals
			Zone  string `usage:"zone"`
			Alias string `usage:"alias"`
		}]("counts"), []string{"counts.zone is in", "counts.alias is in", "but not in the profile"}},
		{"wrong types", of[struct {
			Users   string         `usage:"users"`
			ByModel map[int]string `usage:"by_model"`
		}]("counts"), []string{"counts.users: kind count in the profile, string in the struct",
			"counts.by_model: numbers by key in the profile"}},
		{"not exported", of[struct {
			users   int64            `usage:"users"`
			ByModel map[string]int64 `usage:"by_model"`
		}]("counts"), []string{"counts.users: field users of", "is not exported"}},
		{"twice", of[struct {
			Users   int64            `usage:"users"`
			Again   int64            `usage:"users"`
			ByModel map[string]int64 `usage:"by_model"`
		}]("counts"), []string{"counts.users is in", "twice"}},
		{"no struct", of[*totals]("counts"), []string{"counts: *sdk.totals is not a struct"}},
	}
	for _, row := range table {
		got := refusal(t, row.give, of[settings]("settings"))
		for _, want := range row.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want it to say %q", row.name, got, want)
			}
		}
	}
}

func TestCheckListsAndRecords(t *testing.T) {
	type wrong struct {
		Mode     bool             `usage:"mode"`
		Ciphers  string           `usage:"ciphers"`
		Features []queue          `usage:"features"`
		Queue    map[string]int64 `usage:"queue"`
	}
	got := refusal(t, of[totals]("counts"), of[wrong]("settings"))
	for _, want := range []string{
		"settings.mode: kind enum in the profile, bool in the struct",
		"settings.ciphers: a list in the profile, string in the struct",
		"settings.features.until is in the profile but not in",
		"settings.features.timeout is in sdk.queue but not in the profile",
		"settings.queue: map[string]int64 is not a struct",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want it to say %q", got, want)
		}
	}
}

// ANON-2: a field about a license has a kind that suits its values. The kind license suits
// identifiers only.
func TestFits(t *testing.T) {
	for _, row := range []struct {
		kind kind.Kind
		give any
		want bool
	}{
		{kind.License, "", true}, {kind.License, int64(0), true}, {kind.License, uint32(0), true},
		{kind.License, false, false}, {kind.License, 0.5, false}, {kind.License, time.Time{}, false},
		{kind.License, Date{}, false},
		{kind.License, time.Second, false},
		{kind.Date, Date{}, true}, {kind.Date, "", false}, {kind.Date, time.Time{}, false},
		{kind.Time, time.Time{}, true}, {kind.Time, Date{}, false}, {kind.Time, "", false},
		{kind.Serial, "", true}, {kind.Serial, Date{}, false},
		{kind.Flag, true, true}, {kind.Count, time.Second, false},
	} {
		if got := fits(row.kind, reflect.TypeOf(row.give)); got != row.want {
			t.Errorf("%s, %T: got %v want %v", row.kind, row.give, got, row.want)
		}
	}
}
