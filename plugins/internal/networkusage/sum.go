package networkusage

import (
	"hash/maphash"
	"math"
	"math/bits"
	"slices"
)

// Usage holds the numbers of a period. A field is nil if no row or no column has it. A profile
// repeats the fields.
//
// A call is counted in each scope that it belongs to: in one or more throttle points,
// territories and clusters. The kind of a scope is not known, so there are two numbers of each
// event. AllScopes is the sum over all scopes, which may be more than the number of calls.
// BusiestScope is the largest number of a single scope, which is never more than the number of
// calls. If there is one cluster, its scope has all calls of the product, and BusiestScope is their
// number. Peaks are those of a single scope and minute, so that no call is counted twice in a peak;
// the peaks of two classes may be of different scopes and minutes. Scopes with the same name cannot
// be distinguished and count as one.
type Usage struct {
	Rows     int64 `usage:"rows"`            // of the period
	LeftOut  int64 `usage:"rows_unreadable"` // of the period, or without a readable date
	Repeated int64 `usage:"rows_repeated"`   // of a scope and minute that an earlier row has
	Unread   int64 `usage:"files_unread"`    // files that look like a part of the export
	Minutes  int64 `usage:"minutes"`         // of the period, with rows
	Scopes   int64 `usage:"scopes"`          // with rows

	AllScopes    *Events `usage:"all_scopes"`
	BusiestScope *Events `usage:"busiest_scope"`

	PeakGoldCalls        *int64           `usage:"peak_gold_calls"`
	PeakSilverCalls      *int64           `usage:"peak_silver_calls"`
	PeakBronzeCalls      *int64           `usage:"peak_bronze_calls"`
	PeakAudioCalls       *int64           `usage:"peak_audio_calls"`
	PeakCallsByBandwidth map[string]int64 `usage:"peak_calls_by_bandwidth"` // by the keys of Bandwidths, or other

	PeakBandwidthUsed    *float64 `usage:"peak_bandwidth_used"`    // kbps
	PeakBandwidthPercent *float64 `usage:"peak_bandwidth_percent"` // of the scope's limit
	PacketLoss           *Quality `usage:"packet_loss"`            // percent

	VideoJitter *Quality `usage:"video_jitter"`
	VideoDelay  *Quality `usage:"video_delay"`
	AudioJitter *Quality `usage:"audio_jitter"`
	AudioDelay  *Quality `usage:"audio_delay"`

	Partial []string // fields that some rows have and others do not, so they are not known
}

// Events counts the calls to which something happened.
type Events struct {
	Started     *int64 `usage:"calls_started"`
	Ended       *int64 `usage:"calls_ended"`
	Dropped     *int64 `usage:"calls_dropped"`     // for lack of bandwidth
	Downspeeded *int64 `usage:"calls_downspeeded"` // for lack of bandwidth
}

// Quality is in milliseconds, or in percent for packet loss. The mean is that of the rows' means,
// weighted by the simultaneous calls of each row: the video calls for video, all calls for audio.
// Rows without calls have no quality and are left out, also of the maximum.
type Quality struct {
	Mean *float64 `usage:"mean"` // rounded to a tenth
	Max  *float64 `usage:"max"`
}

// sum adds up the rows of a period.
type sum struct {
	rows, leftOut, repeated int64
	unread                  int64  // files
	minutes                 uint64 // minutes with rows, as bits

	total   [downspeeded + 1]int64
	peak    []float64       // of each column
	present []bool          // whether any row has the column
	missing [maxColumns]int // rows without a value, by column
	quality [5]weighted
	scopes  scopes
}

func newSum() *sum {
	return &sum{peak: make([]float64, other+1), present: make([]bool, other+1), scopes: newScopes()}
}

// snapshot returns a copy of the sums so far. The scopes are not copied, because they record the
// changes of the current file.
func (s *sum) snapshot() sum {
	copied := *s
	copied.peak, copied.present, copied.scopes = slices.Clone(s.peak), slices.Clone(s.present), scopes{}
	return copied
}

// restore restores the sums to those of the snapshot, which was taken at the beginning of the file.
func (s *sum) restore(snapshot sum) {
	snapshot.scopes = s.scopes
	snapshot.scopes.restore()
	*s = snapshot
}

// weighted accumulates a weighted mean and a maximum.
type weighted struct{ sum, weight, max float64 }

// add adds a row. values holds its numbers by place, or noValue for a missing number.
func (s *sum) add(own *scope, minute int, values []float64) {
	s.rows++
	s.minutes |= 1 << minute
	for place, value := range values {
		if value == outOfRange || value == noValue && isCount(quantity(place)) {
			s.missing[place]++
		}
		if value != noValue {
			s.present[place] = true
			s.peak[place] = max(s.peak[place], value)
		}
	}
	for place := range s.total {
		if count := int64(values[place]); count > 0 {
			s.total[place] += count
			own.events[place] += count
		}
	}
	video := calls(values[bandwidths:])
	all := video + max(0, values[audio])
	for i, weight := range []float64{video, video, all, all} {
		place := int(videoJitter) + 2*i
		s.quality[i].add(weight, values[place], values[place+1])
	}
	s.quality[4].add(all, values[packetLoss], values[packetLoss])
}

// isCount reports whether a column counts calls. If a row lacks such a column, its sum over all
// rows is not known.
func isCount(place quantity) bool { return place <= audio || place >= bandwidths }

// partial reports whether some rows have a column and others do not.
func (s *sum) partial(places ...quantity) bool {
	return slices.ContainsFunc(places, func(place quantity) bool { return s.present[place] && s.missing[place] > 0 })
}

// known reports whether each row has the column.
func (s *sum) known(place quantity) bool { return s.present[place] && s.missing[place] == 0 }

func calls(values []float64) (n float64) {
	for _, value := range values {
		n += max(0, value)
	}
	return n
}

func (w *weighted) add(weight, mean, most float64) {
	if weight == 0 || mean < 0 {
		return
	}
	w.sum += weight * mean
	w.weight += weight
	w.max = max(w.max, mean, most)
}

// usage returns the result.
func (s *sum) usage() Usage {
	u := Usage{
		Rows: s.rows, LeftOut: s.leftOut, Repeated: s.repeated, Unread: s.unread,
		Minutes: int64(bits.OnesCount64(s.minutes)), Scopes: s.scopes.withRows(),
	}
	if s.rows == 0 {
		return u
	}
	u.AllScopes, u.BusiestScope = s.events(s.total), s.events(s.scopes.most())
	u.PeakGoldCalls, u.PeakSilverCalls = s.peakOf(gold), s.peakOf(silver)
	u.PeakBronzeCalls, u.PeakAudioCalls = s.peakOf(bronze), s.peakOf(audio)
	u.PeakCallsByBandwidth = s.byBandwidth()
	u.PeakBandwidthUsed, u.PeakBandwidthPercent = s.highest(bandwidthUsed), s.highest(bandwidthPercent)
	u.PacketLoss = s.quality[4].quality(s.present[packetLoss])
	for i, q := range []**Quality{&u.VideoJitter, &u.VideoDelay, &u.AudioJitter, &u.AudioDelay} {
		*q = s.quality[i].quality(s.present[int(videoJitterMax)+2*i])
	}
	s.dropPartial(&u)
	return u
}

func (s *sum) events(n [downspeeded + 1]int64) *Events {
	var e Events
	for place, field := range []**int64{&e.Started, &e.Ended, &e.Dropped, &e.Downspeeded} {
		if s.known(quantity(place)) {
			*field = &n[place]
		}
	}
	if e == (Events{}) {
		return nil
	}
	return &e
}

func (s *sum) peakOf(place quantity) *int64 {
	if !s.known(place) {
		return nil
	}
	peak := int64(s.peak[place])
	return &peak
}

// highest returns a peak that need not be an integer.
func (s *sum) highest(place quantity) *float64 {
	if !s.known(place) {
		return nil
	}
	return &s.peak[place]
}

func (s *sum) byBandwidth() map[string]int64 {
	var by map[string]int64
	for i, key := range append(Bandwidths(), "other") {
		if peak := s.peakOf(bandwidths + quantity(i)); peak != nil {
			if by == nil {
				by = map[string]int64{}
			}
			by[key] = *peak
		}
	}
	return by
}

func (w weighted) quality(hasMax bool) *Quality {
	if w.weight == 0 {
		return nil
	}
	mean := math.Round(10*w.sum/w.weight) / 10
	q := Quality{Mean: &mean}
	if hasMax {
		q.Max = &w.max
	}
	return &q
}

// scopes holds the scopes of a period by a hash of their names, which is only valid during this
// read.
type scopes struct {
	key     maphash.Seed
	index   map[uint64]int32
	list    []scope
	changed []previous // by the current file
}

// scope holds the numbers of a scope with at least one row.
type scope struct {
	events  [downspeeded + 1]int64
	earlier uint64 // minutes with a row in an earlier file, as bits
	here    uint64 // minutes with a row in this file or an earlier one
}

// previous is the state of a scope before the current file. It is the zero scope if the scope is
// new.
type previous struct {
	hash  uint64
	at    int32
	scope scope
}

func newScopes() scopes {
	return scopes{key: maphash.MakeSeed(), index: map[uint64]int32{}}
}

// row finds the scope of a row by its name, and notes the row. It reports whether the row is
// repeated: the scope already has a row of that minute. The pointer is valid until the next call.
func (s *scopes) row(name []byte, minute int) (own *scope, repeated bool, err error) {
	hash := maphash.Bytes(s.key, name)
	at, known := s.index[hash]
	if !known {
		if len(s.list) == maxScopes {
			return nil, false, errTooMany
		}
		at = int32(len(s.list))
		s.index[hash] = at
		s.list = append(s.list, scope{})
	}
	own = &s.list[at]
	if own.here&(1<<minute) != 0 {
		return own, true, nil
	}
	if own.here == own.earlier { // the first row of this file that counts
		s.changed = append(s.changed, previous{hash, at, *own})
	}
	own.here |= 1 << minute
	return own, false, nil
}

// nextFile marks all rows so far as those of earlier files.
func (s *scopes) nextFile() {
	for _, was := range s.changed {
		s.list[was.at].earlier = s.list[was.at].here
	}
	s.changed = s.changed[:0]
}

// restore undoes the changes of the current file. The scopes that the file added are the last ones.
func (s *scopes) restore() {
	added := 0
	for _, was := range s.changed {
		s.list[was.at] = was.scope
		if was.scope == (scope{}) {
			delete(s.index, was.hash)
			added++
		}
	}
	s.list, s.changed = s.list[:len(s.list)-added], s.changed[:0]
}

func (s *scopes) withRows() (n int64) { return int64(len(s.list)) }

// most returns the largest number of each event in a single scope.
func (s *scopes) most() (n [downspeeded + 1]int64) {
	for _, scope := range s.list {
		for place, count := range scope.events {
			n[place] = max(n[place], count)
		}
	}
	return n
}
