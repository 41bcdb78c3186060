// Package logbridge lets a plugin log with [log/slog], and writes the lines in the format of hclog
// that the host's protocol requires.
package logbridge

import (
	"context"
	"log/slog"

	"github.com/hashicorp/go-hclog"
)

// New returns a logger that passes records to the other one, with their level and attributes. An
// attribute of a group is named after both: group.name.
func New(to hclog.Logger) *slog.Logger { return slog.New(handler{to: to}) }

type handler struct {
	to     hclog.Logger
	prefix string // of the open groups
}

func (h handler) Enabled(_ context.Context, l slog.Level) bool { return level(l) >= h.to.GetLevel() }

func (h handler) Handle(_ context.Context, r slog.Record) error {
	var pairs []any
	r.Attrs(func(a slog.Attr) bool {
		pairs = flat(pairs, h.prefix, a)
		return true
	})
	h.to.Log(level(r.Level), r.Message, pairs...)
	return nil
}

func (h handler) WithAttrs(attributes []slog.Attr) slog.Handler {
	var pairs []any
	for _, a := range attributes {
		pairs = flat(pairs, h.prefix, a)
	}
	return handler{h.to.With(pairs...), h.prefix}
}

func (h handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return handler{h.to, h.prefix + name + "."}
}

// flat appends an attribute as a name and a value. It appends the members of a group one by one.
func flat(pairs []any, prefix string, a slog.Attr) []any {
	value := a.Value.Resolve()
	if value.Kind() != slog.KindGroup {
		if a.Equal(slog.Attr{}) {
			return pairs
		}
		return append(pairs, prefix+a.Key, value.Any())
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
func level(l slog.Level) hclog.Level {
	switch {
	case l >= slog.LevelError:
		return hclog.Error
	case l >= slog.LevelWarn:
		return hclog.Warn
	case l >= slog.LevelInfo:
		return hclog.Info
	case l >= slog.LevelDebug:
		return hclog.Debug
	}
	return hclog.Trace
}
