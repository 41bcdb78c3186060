// Package logbridge lets a plugin log with [log/slog], and writes the lines in the format of hclog
// that the host's protocol requires.
package logbridge

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// New returns a logger that writes a line of JSON for each record of level debug or above. An
// attribute of a group is named after both: group.name.
func New(to io.Writer) *slog.Logger { return slog.New(handler{to: &output{to: to, format: jsonLine}}) }

// NewText returns a logger like that of [New], with lines for people.
func NewText(to io.Writer) *slog.Logger {
	return slog.New(handler{to: &output{to: to, format: textLine}})
}

// output writes whole lines, one at a time.
type output struct {
	format func(slog.Record, []slog.Attr) ([]byte, error)
	mu     sync.Mutex
	to     io.Writer
}

func (o *output) write(r slog.Record, pairs []slog.Attr) error {
	line, err := o.format(r, pairs)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err = o.to.Write(append(line, '\n'))
	return err
}

type handler struct {
	to     *output
	prefix string // of the open groups
	pairs  []slog.Attr
}

func (h handler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelDebug }

func (h handler) Handle(_ context.Context, r slog.Record) error {
	pairs := h.pairs[:len(h.pairs):len(h.pairs)]
	r.Attrs(func(a slog.Attr) bool {
		pairs = flat(pairs, h.prefix, a)
		return true
	})
	return h.to.write(r, pairs)
}

// timeLayout is hclog's.
const timeLayout = "2006-01-02T15:04:05.000000Z07:00"

func jsonLine(r slog.Record, pairs []slog.Attr) ([]byte, error) {
	line := map[string]any{}
	for _, a := range pairs {
		line[a.Key] = shown(a.Value.Any())
	}
	line["@level"], line["@message"] = level(r.Level), r.Message
	if !r.Time.IsZero() {
		line["@timestamp"] = r.Time.Format(timeLayout)
	}
	return json.Marshal(line)
}

// textLine writes a value of several lines below the others.
func textLine(r slog.Record, pairs []slog.Attr) ([]byte, error) {
	marked := "[" + strings.ToUpper(level(r.Level)) + "]"
	line := fmt.Appendf(nil, "%s %-7s %s", r.Time.Format(timeLayout), marked, r.Message)
	if len(pairs) > 0 {
		line = append(line, ':')
	}
	for _, a := range pairs {
		value := fmt.Sprint(a.Value.Any())
		switch {
		case strings.Contains(value, "\n"):
			line = fmt.Appendf(line, "\n  %s=\n  | %s\n", a.Key, strings.ReplaceAll(value, "\n", "\n  | "))
		case value == "" || strings.ContainsAny(value, " \t\"="):
			line = fmt.Appendf(line, " %s=%q", a.Key, value)
		default:
			line = fmt.Appendf(line, " %s=%s", a.Key, value)
		}
	}
	return line, nil
}

// shown returns a value that can be encoded as JSON: an error by its text, and any value that JSON
// does not have as it is printed.
func shown(value any) any {
	if err, ok := value.(error); ok {
		return err.Error()
	}
	if _, err := json.Marshal(value); err != nil {
		return fmt.Sprint(value)
	}
	return value
}

func (h handler) WithAttrs(attributes []slog.Attr) slog.Handler {
	pairs := h.pairs[:len(h.pairs):len(h.pairs)]
	for _, a := range attributes {
		pairs = flat(pairs, h.prefix, a)
	}
	return handler{h.to, h.prefix, pairs}
}

func (h handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return handler{h.to, h.prefix + name + ".", h.pairs}
}

// flat appends an attribute with its whole name. It appends the members of a group one by one.
// Names that begin with @ belong to the format.
func flat(pairs []slog.Attr, prefix string, a slog.Attr) []slog.Attr {
	value := a.Value.Resolve()
	if value.Kind() != slog.KindGroup {
		if a.Equal(slog.Attr{}) {
			return pairs
		}
		return append(pairs, slog.Attr{Key: strings.TrimLeft(prefix+a.Key, "@"), Value: value})
	}
	if a.Key != "" {
		prefix += a.Key + "."
	}
	for _, member := range value.Group() {
		pairs = flat(pairs, prefix, member)
	}
	return pairs
}

// level returns the hclog level for a slog level, or the next lower one.
func level(l slog.Level) string {
	switch {
	case l >= slog.LevelError:
		return "error"
	case l >= slog.LevelWarn:
		return "warn"
	case l >= slog.LevelInfo:
		return "info"
	}
	return "debug"
}
