package networkusage

import (
	"bytes"
	"errors"
	"slices"
	"strings"
)

// header describes the rows, as the first line does.
type header struct {
	separator  byte
	width      int // number of columns
	name, date int // their places
	columns    []column
}

// column is a column to read.
type column struct {
	at       int
	quantity quantity
}

// quantity is the place of a column's values.
type quantity int

const (
	started quantity = iota
	ended
	dropped
	downspeeded
	gold
	silver
	bronze
	audio
	videoJitter // the mean, followed by the maximum, like the next three
	videoJitterMax
	videoDelay
	videoDelayMax
	audioJitter
	audioJitterMax
	audioDelay
	audioDelayMax
	bandwidthUsed    // kbps
	bandwidthPercent // of the limit
	packetLoss       // percent
	bandwidths       // the first of them, in the order of Bandwidths
)

// maxColumns is the largest number of columns that are read. An export may have many columns for
// bandwidths that no public document names.
const maxColumns = 64

// other is the place for the calls of all bandwidths that are not in the list. It may add up
// several columns, and is the last place.
var other = bandwidths + quantity(len(Bandwidths()))

var places = map[string]quantity{
	"calls_started": started, "calls_ended": ended, "calls_dropped": dropped, "calls_downspeeded": downspeeded,
	"gold_calls": gold, "silver_calls": silver, "bronze_calls": bronze, "audio_calls": audio,
	"avg_video_jitter": videoJitter, "max_video_jitter": videoJitterMax, "avg_video_delay": videoDelay,
	"max_video_delay":  videoDelayMax,
	"avg_audio_jitter": audioJitter, "max_audio_jitter": audioJitterMax, "avg_audio_delay": audioDelay,
	"max_audio_delay": audioDelayMax,
	// These three are documented in this order, by their names in the REST representation. Their
	// names in the file are inferred from the style of the others.
	"bandwidth_usage": bandwidthUsed, "bandwidth_usage_percentage": bandwidthPercent, "packet_loss_percent": packetLoss,
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// parseHeader parses the first line of an export, with any of the separators. An export has a name,
// a date and at least one of the columns that are read.
func parseHeader(line []byte) (header, error) {
	line = bytes.TrimPrefix(line, byteOrderMark)
	for _, separator := range []byte(",;\t") {
		if h, err := headerBy(separator, line); !errors.Is(err, errHeader) {
			return h, err
		}
	}
	return header{}, errHeader
}

func headerBy(separator byte, line []byte) (header, error) {
	names, end := split(nil, line, separator)
	h := header{separator: separator, width: len(names), name: -1, date: -1}
	seen := map[string]bool{}
	for at, raw := range names {
		name := strings.ToLower(string(bytes.TrimSpace(raw)))
		known := h.take(name, at)
		if known && seen[name] {
			return header{}, errTwice
		}
		seen[name] = seen[name] || known
	}
	if end != whole || h.name < 0 || h.date < 0 || len(h.columns) == 0 || len(h.columns) > maxColumns {
		return header{}, errHeader
	}
	return h, nil
}

// take notes a column if it is read, and reports whether it is.
func (h *header) take(name string, at int) bool {
	place, known := places[name]
	switch {
	case name == "name":
		h.name = at
	case name == "date":
		h.date = at
	case known:
		h.columns = append(h.columns, column{at, place})
	case isBandwidth(name):
		h.columns = append(h.columns, column{at, bandwidthOf(name)})
	default:
		return false
	}
	return true
}

// Bandwidths returns the keys of [Usage].PeakCallsByBandwidth, which a profile repeats. The names
// up to 768kbps are public; the names of those above are inferred.
func Bandwidths() []string {
	return []string{"256kbps", "384kbps", "512kbps", "768kbps", "1mbps", "2mbps", "4mbps"}
}

// isBandwidth reports whether a name in lower case has the form of calls_768kbps.
func isBandwidth(name string) bool {
	rate, ok := strings.CutPrefix(name, "calls_")
	number := strings.TrimRight(rate, "kmgbps")
	return ok && number != "" && strings.HasSuffix(rate, "bps") && strings.Trim(number, "0123456789") == ""
}

func bandwidthOf(name string) quantity {
	at := slices.Index(Bandwidths(), strings.TrimPrefix(name, "calls_"))
	if at < 0 {
		return other
	}
	return bandwidths + quantity(at)
}
