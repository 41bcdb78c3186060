package pluginhost

import "time"

// Limits are a plugin's limits in time, bytes and lines, as `usagedata check` shows them. The
// limits that the kernel enforces in addition are in the report of its confinement.
type Limits struct {
	Start    time.Duration // from the process's start to its first answer
	Describe time.Duration
	Category time.Duration // for one category; the plugin observes it itself
	Whole    time.Duration // from the start to the last answer
	Stop     time.Duration
	Message  int // bytes; a category is one message
	Line     int // bytes of a log line
	Lines    int // log lines
}

// Limits returns the limits that apply to this plugin.
func (h *Host) Limits() Limits {
	own := h.Product.Profile.Limits
	return Limits{
		Start: startLimit, Describe: describeLimit, Category: own.Collector, Whole: own.Collect, Stop: stopLimit,
		Message: maxMessage, Line: maxLine, Lines: maxLines,
	}
}

// Environment returns the variables that the plugin gets in addition to those of the handshake; it
// inherits nothing of this process's environment.
func (h *Host) Environment() []string { return environment(h.Product.Profile) }
