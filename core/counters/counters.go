// Package counters keeps the numbers that a plugin leaves for the next cycle, so that a field can be
// the change since the last cycle: the use of processors over the hour, for example.
//
// A plugin is not trusted, and the numbers stay in a file on the appliance. So only those are kept
// that the profile declares, and only as numbers that are not negative: names that could carry data
// do not exist, and 63 bits a counter, at most 64 counters, is all that a hostile plugin could hide
// in the file. It gets them back itself, and no other plugin does: they are given only to the same
// plugin with the same sources and root, under the same identity. They are in no document, and a
// denial and a renewal of the identity remove the file.
package counters

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
)

// Counters are the numbers of a plugin. They are held in a func, so nothing can print, log or encode
// them by accident. The zero value has none.
type Counters struct {
	origin  string
	numbers func() map[string]int64
}

// New returns the numbers that a plugin sent, as far as they are declared and not negative, and how
// many it dropped. origin identifies the plugin and its sources.
func New(origin string, sent map[string]int64, declared []string) (c Counters, dropped int) {
	kept := map[string]int64{}
	for name, number := range sent {
		if number >= 0 && slices.Contains(declared, name) {
			kept[name] = number
		}
	}
	return of(origin, kept), len(sent) - len(kept)
}

// Only returns those of the numbers that have one of these names.
func (c Counters) Only(names []string) Counters {
	kept, _ := New(c.origin, c.all(), names)
	return kept
}

func of(origin string, numbers map[string]int64) Counters {
	return Counters{origin, func() map[string]int64 { return numbers }}
}

// For returns the numbers if they come from this origin, and none otherwise.
func (c Counters) For(origin string) map[string]int64 {
	if c.origin != origin {
		return nil
	}
	return c.all()
}

func (c Counters) all() map[string]int64 {
	if c.numbers == nil {
		return nil
	}
	return c.numbers()
}

const hidden = "[counters]"

// Format writes [counters] for every verb.
func (c Counters) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns [counters] for log/slog.
func (c Counters) LogValue() slog.Value { return slog.StringValue(hidden) }
