// Package networkusage simulates the Network Usage export of a conferencing appliance, for
// tests and the demo only. It writes the publicly known parts of that file, fills the gaps with
// inventions, and is not claimed to be compatible with any real product.
//
// An export is a CSV file with a header. Each minute has a row for each scope: a throttle point, a
// territory or a cluster, of which only the name is given. A call is counted in every scope that it
// is in. The date is minutes since 1970. -1 means that there is no value. The names of
// bandwidth_usage, bandwidth_usage_percentage, packet_loss_percent and avg_video_jitter are
// inferred; further columns whose names are not public are left out, except for one invented column
// that a reader does not know.
package networkusage

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Export describes the export to write. Start and Scopes are required.
type Export struct {
	Start   time.Time // of the first minute
	Minutes int
	Scopes  int // rows for each minute

	Separator string // empty: a comma
	LineEnd   string // empty: \n
	Before    string // before the header, such as a byte order mark
	Upper     bool   // header in capitals
	Torn      int    // bytes missing at the end
}

// columns lists the columns in the order in which they are written. The name that begins with x_ is
// invented.
var columns = []string{
	"name", "date", "calls_started", "calls_ended", "calls_dropped", "calls_downspeeded", "bitrate_limit",
	"bandwidth_limit",
	"bandwidth_usage", "bandwidth_usage_percentage", "packet_loss_percent",
	"avg_video_jitter", "max_video_jitter", "avg_video_delay", "max_video_delay",
	"avg_audio_jitter", "max_audio_jitter", "avg_audio_delay", "max_audio_delay",
	"gold_calls", "silver_calls", "bronze_calls", "audio_calls",
	"calls_256Kbps", "calls_384Kbps", "calls_512Kbps", "calls_768Kbps", "calls_9Mbps",
	"x_reserved",
}

// Write writes the export.
func (e Export) Write(to io.Writer) error {
	out := bufio.NewWriterSize(to, 1<<16)
	line := e.Header()
	for minute := range e.Minutes {
		for scope := range e.Scopes {
			if _, err := out.Write(line); err != nil {
				return fmt.Errorf("write export: %w", err)
			}
			line = e.appendRow(line[:0], scope, minute)
		}
	}
	if _, err := out.Write(line[:max(0, len(line)-e.Torn)]); err != nil {
		return fmt.Errorf("write export: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write export: %w", err)
	}
	return nil
}

// Header returns the first line, including Before.
func (e Export) Header() []byte {
	var names []string
	for _, name := range columns {
		if e.Upper {
			name = strings.ToUpper(name)
		}
		names = append(names, name)
	}
	return []byte(e.Before + strings.Join(names, e.separator()) + e.lineEnd())
}

func (e Export) appendRow(line []byte, scope, minute int) []byte {
	date := e.Start.Unix()/60 + int64(minute)
	values := row(scope, int(date%10_000))
	for i, name := range columns {
		switch name {
		case "name":
			line = append(line, quoted(Name(scope), e.separator())...)
		case "date":
			line = strconv.AppendInt(line, date, 10)
		default:
			line = strconv.AppendInt(line, int64(values[i]), 10)
		}
		line = append(line, e.separator()...)
	}
	line = line[:len(line)-len(e.separator())]
	return append(line, e.lineEnd()...)
}

func (e Export) separator() string {
	if e.Separator == "" {
		return ","
	}
	return e.Separator
}

func (e Export) lineEnd() string {
	if e.LineEnd == "" {
		return "\n"
	}
	return e.LineEnd
}

// quoted quotes a name only if necessary, as the known writers do.
func quoted(name, separator string) string {
	if !strings.ContainsAny(name, "\"\n"+separator) {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

var places = []string{"Bad Tölz", "Füssen", "Garmisch", "Königsdorf", "Lenggries", "Mühldorf", "Penzberg", "Traunstein"}

// Name returns the name of a scope. It identifies the customer. Some names have to be quoted.
func Name(scope int) string {
	place := places[scope%len(places)]
	switch {
	case scope%50 == 7:
		return fmt.Sprintf("Klinik %s, Haus %d", place, scope)
	case scope%50 == 13:
		return fmt.Sprintf("Praxis \"%s\" %d", place, scope)
	default:
		return fmt.Sprintf("Klinik %s %d", place, scope)
	}
}

// Names returns the names of an export's scopes.
func (e Export) Names() []string {
	names := make([]string, e.Scopes)
	for scope := range names {
		names[scope] = Name(scope)
	}
	return names
}

// row returns the values of a row, by column. Every eleventh scope has no calls and no quality.
func row(scope, minute int) [29]int {
	n := scope*7 + minute*13
	if scope%11 == 10 {
		return [29]int{
			6: -1, 7: -1, 8: 0, 9: -1, 10: -1,
			11: -1, 12: -1, 13: -1, 14: -1, 15: -1, 16: -1, 17: -1, 18: -1,
		}
	}
	return [29]int{
		2: n % 5, 3: n % 4, 4: n % 3 / 2, 5: n % 7 / 6, 6: -1, 7: 20000, 8: n % 9000, 9: n % 100, 10: n % 3,
		11: n % 20, 12: n%20 + n%31, 13: n % 90, 14: n%90 + n%41, 15: n % 10, 16: n%10 + n%17, 17: n % 60,
		18: n%60 + n%23,
		19: n % 6, 20: n % 8, 21: n % 3, 22: n % 9,
		23: n % 4, 24: n % 5, 25: n % 3, 26: n % 6, 27: n % 2, 28: n,
	}
}
