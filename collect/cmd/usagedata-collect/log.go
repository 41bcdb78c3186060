package main

import (
	"io"
	"log/slog"

	"polycom.com/usagedata/collect/config"
)

// newLog returns the log. A line has counts and names of work, never an address, a header or content.
func newLog(c config.Log, out io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // the configuration's words are its words
	options := &slog.HandlerOptions{Level: level}
	if c.JSON {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}
