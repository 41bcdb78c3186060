package networkusage

import (
	"bytes"
	"errors"
	"slices"
	"strings"
)

// header is what the first line says of the rows.
type header struct {
	separator  byte
	width      int // columns
	name, date int // their places
	columns    []column
}

// column is one that is read, by its place.
type column struct {
	at   int
	into into
}

// into is where a column's values go.
type into int

const (
	started into = iota
	ended
	dropped
	downspeeded
	gold
	silver
	bronze
	audio
	videoJitter // the mean, and behind it the maximum, as of those that follow
	videoJitterMax
	videoDelay
	videoDelayMax
	audioJitter
	audioJitterMax
	audioDelay
	audioDelayMax
	bandwidthUsed    // kbps
	bandwidthPercent // of the limit
	packetLoss       // per cent
	bandwidths       // the first of them, in the order of Bandwidths
)

// wide is the most columns that are read: many of one export may be of bandwidths that no public document names.
const wide = 64

// other is where the calls of all bandwidths that are not in the list go, which may have several columns; it is the
// last place.
var other = bandwidths + into(len(Bandwidths()))

var places = map[string]into{
	"calls_started": started, "calls_ended": ended, "calls_dropped": dropped, "calls_downspeeded": downspeeded,
	"gold_calls": gold, "silver_calls": silver, "bronze_calls": bronze, "audio_calls": audio,
	"avg_video_jitter": videoJitter, "max_video_jitter": videoJitterMax, "avg_video_delay": videoDelay,
	"max_video_delay":  videoDelayMax,
	"avg_audio_jitter": audioJitter, "max_audio_jitter": audioJitterMax, "avg_audio_delay": audioDelay,
	"max_audio_delay": audioDelayMax,
	// Documented are these three by their names in the REST representation, in this order; their names in the file are
	// inferred, by the style of the others.
	"bandwidth_usage": bandwidthUsed, "bandwidth_usage_percentage": bandwidthPercent, "packet_loss_percent": packetLoss,
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// parseHeader understands the first line of an export, whichever of the separators it has. An export has a name, a date
// and at least one of the columns that are read.
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
	if end != whole || h.name < 0 || h.date < 0 || len(h.columns) == 0 || len(h.columns) > wide {
		return header{}, errHeader
	}
	return h, nil
}

// take notes a column if it is one that is read.
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

// Bandwidths are the keys of PeakCallsByBandwidth, which a profile repeats: those up to 768kbps are public; that those
// above are called so is inferred.
func Bandwidths() []string {
	return []string{"256kbps", "384kbps", "512kbps", "768kbps", "1mbps", "2mbps", "4mbps"}
}

// isBandwidth takes calls_768Kbps, in lower case, and its like.
func isBandwidth(name string) bool {
	rate, ok := strings.CutPrefix(name, "calls_")
	number := strings.TrimRight(rate, "kmgbps")
	return ok && number != "" && strings.HasSuffix(rate, "bps") && strings.Trim(number, "0123456789") == ""
}

func bandwidthOf(name string) into {
	at := slices.Index(Bandwidths(), strings.TrimPrefix(name, "calls_"))
	if at < 0 {
		return other
	}
	return bandwidths + into(at)
}
