package logbridge

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"math"
	"regexp"
	"strings"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-hclog"
)

// logged parses the lines as the host does.
func logged(t *testing.T, text string) (lines []map[string]any) {
	t.Helper()
	for line := range strings.Lines(text) {
		var pairs map[string]any
		if err := json.Unmarshal([]byte(line), &pairs); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		lines = append(lines, pairs)
	}
	return lines
}

// The handler meets the rules of the standard library. Groups are names with dots in the line; they
// are taken apart for its checks.
func TestTheStandardLibrarysChecks(t *testing.T) {
	var text bytes.Buffer
	slogtest.Run(t, func(t *testing.T) slog.Handler {
		text.Reset()
		return New(&text).Handler()
	}, func(t *testing.T) map[string]any {
		nested := map[string]any{}
		for name, value := range logged(t, text.String())[0] {
			switch name {
			case "@timestamp":
				name = slog.TimeKey
			case "@level":
				name = slog.LevelKey
			case "@message":
				name = slog.MessageKey
			}
			in, parts := nested, strings.Split(name, ".")
			for _, group := range parts[:len(parts)-1] {
				if in[group] == nil {
					in[group] = map[string]any{}
				}
				in = in[group].(map[string]any)
			}
			in[parts[len(parts)-1]] = value
		}
		return nested
	})
}

// The lines are those of hclog itself, apart from the time, because the host and the suite parse them. A value that
// JSON does not have loses no line, and no name can take the place of a part of the format.
func TestLinesAreInTheFormatOfHclog(t *testing.T) {
	pairs := []any{"source", "snmp", "error", errors.New("refused"), "n", 3, "took", time.Second, "list", []string{"a"},
		"html", "<&>"}
	var ours, theirs bytes.Buffer
	want := hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, JSONFormat: true, Output: &theirs})
	got := New(&ours)
	want.Debug("d", pairs...)
	got.Debug("d", pairs...)
	want.Info("i", pairs...)
	got.Info("i", pairs...)
	want.Warn("w", pairs...)
	got.Warn("w", pairs...)
	want.With("a", 1).Error("two\nlines", pairs...)
	got.With("a", 1).Error("two\nlines", pairs...)
	want.Info("odd", "rate", "NaN", "level", "error")
	got.Info("odd", "rate", math.NaN(), "@level", "error")
	if diff := cmp.Diff(untimed(theirs.String()), untimed(ours.String())); diff != "" {
		t.Errorf("(-hclog +bridge)\n%s", diff)
	}
}

var timestamp = regexp.MustCompile(`"@timestamp":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}(Z|[+-][0-9:]{5})"`)

func untimed(lines string) string { return timestamp.ReplaceAllString(lines, `"@timestamp":"now"`) }

func TestLevels(t *testing.T) {
	var text bytes.Buffer
	log := New(&text)
	got := map[slog.Level]any{}
	for l := slog.Level(-9); l <= 9; l += 3 {
		text.Reset()
		log.Log(t.Context(), l, "x")
		for _, line := range logged(t, text.String()) {
			got[l] = line["@level"]
		}
	}
	want := map[slog.Level]any{-3: "debug", 0: "info", 3: "info", 6: "warn", 9: "error"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v, and nothing below debug", got, want)
	}
}
