package networkusage

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Export is what to write. Start and Scopes have to be given.
type Export struct {
	Start   time.Time // of the first minute
	Minutes int
	Scopes  int // rows for each minute

	Separator string // empty: a comma
	LineEnd   string // empty: \n
	Before    string // before the header: a byte order mark, for one
	Without   string // a column that this export does not have
	Upper     bool   // header in capitals
	Torn      int    // bytes that are missing at the end
}

// columns in the order in which they are written. Those that begin with x_ are inventions.
var columns = []string{
	"name", "date", "calls_started", "calls_ended", "calls_dropped", "calls_downspeeded", "bitrate_limit",
	"bandwidth_limit",
	"x_bandwidth_usage", "x_bandwidth_usage_percentage", "x_packet_loss_percent",
	"avg_video_jitter", "max_video_jitter", "avg_video_delay", "max_video_delay",
	"avg_audio_jitter", "max_audio_jitter", "avg_audio_delay", "max_audio_delay",
	"gold_calls", "silver_calls", "bronze_calls", "audio_calls",
	"calls_256Kbps", "calls_384Kbps", "calls_512Kbps", "calls_768Kbps", "calls_9Mbps",
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

// Header is the first line, with what comes before it.
func (e Export) Header() []byte {
	var names []string
	for _, name := range columns {
		if name == e.Without {
			continue
		}
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
		if name == e.Without {
			continue
		}
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

// quoted puts a name in quotes only where it has to be, as the known writers do.
func quoted(name, separator string) string {
	if !strings.ContainsAny(name, "\"\n"+separator) {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
