package pluginhost

import "time"

// Limits are what a plugin may take of time, bytes and lines, for whoever has to know: `usagedata check` tells them.
// What the kernel bounds beside them is in the report of its confinement.
type Limits struct {
	Start    time.Duration // from the process's start to its first answer
	Describe time.Duration
	Category time.Duration // for one category; the plugin keeps to it by itself
	Whole    time.Duration // from the start to the last answer
	Stop     time.Duration
	Message  int // bytes; a category is one
	Line     int // bytes of a log line
	Lines    int // log lines
}

// Limits are those that this plugin is held to.
func (h *Host) Limits() Limits {
	own := h.Product.Profile.Limits
	return Limits{
		Start: startLimit, Describe: describeLimit, Category: own.Collector, Whole: own.Collect, Stop: stopLimit,
		Message: maxMessage, Line: maxLine, Lines: maxLines,
	}
}

// Environment is what the plugin gets beside the handshake's variables; nothing of this process's own is in it.
func (h *Host) Environment() []string { return environment(h.Product.Profile) }
