package networkusage

import (
	"math"
	"math/bits"
)

// sum adds the rows of a period up.
type sum struct {
	rows, leftOut, repeated int64
	minutes                 uint64 // those that have rows, by bit

	total   [downspeeded + 1]int64
	peak    []float64 // of all columns
	told    []bool    // by any row
	quality [4]weighted
	scopes  scopes
}

func newSum() *sum {
	return &sum{peak: make([]float64, other+1), told: make([]bool, other+1), scopes: newScopes()}
}

// weighted is a mean that is being made.
type weighted struct{ sum, weight, max float64 }

// add adds a row: its values by place, none where there is none.
func (s *sum) add(own *scope, minute int, values []float64) {
	s.rows++
	s.minutes |= 1 << minute
	for place, value := range values {
		if value == none {
			continue
		}
		s.told[place] = true
		s.peak[place] = max(s.peak[place], value)
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
}

func calls(values []float64) (n float64) {
	for _, value := range values {
		n += max(0, value)
	}
	return n
}

func (w *weighted) add(weight, mean, most float64) {
	if weight == 0 || mean == none {
		return
	}
	w.sum += weight * mean
	w.weight += weight
	w.max = max(w.max, mean, most)
}

// usage is the sum as it is reported.
func (s *sum) usage() Usage {
	u := Usage{
		Rows: s.rows, LeftOut: s.leftOut, Repeated: s.repeated,
		Minutes: int64(bits.OnesCount64(s.minutes)), Scopes: s.scopes.withRows(),
	}
	if s.rows == 0 {
		return u
	}
	u.AllScopes, u.BusiestScope = s.events(s.total), s.events(s.scopes.most())
	u.PeakGoldCalls, u.PeakSilverCalls = s.peakOf(gold), s.peakOf(silver)
	u.PeakBronzeCalls, u.PeakAudioCalls = s.peakOf(bronze), s.peakOf(audio)
	u.PeakCallsByBandwidth = s.byBandwidth()
	for i, q := range []**Quality{&u.VideoJitter, &u.VideoDelay, &u.AudioJitter, &u.AudioDelay} {
		*q = s.quality[i].quality(s.told[int(videoJitterMax)+2*i])
	}
	return u
}

func (s *sum) events(n [downspeeded + 1]int64) *Events {
	var e Events
	for place, field := range []**int64{&e.Started, &e.Ended, &e.Dropped, &e.Downspeeded} {
		if s.told[place] {
			*field = &n[place]
		}
	}
	if e == (Events{}) {
		return nil
	}
	return &e
}

func (s *sum) peakOf(place into) *int64 {
	if !s.told[place] {
		return nil
	}
	peak := int64(s.peak[place])
	return &peak
}

func (s *sum) byBandwidth() map[string]int64 {
	var by map[string]int64
	for i, key := range append(Bandwidths(), "other") {
		if peak := s.peakOf(bandwidths + into(i)); peak != nil {
			if by == nil {
				by = map[string]int64{}
			}
			by[key] = *peak
		}
	}
	return by
}

func (w weighted) quality(maxTold bool) *Quality {
	if w.weight == 0 {
		return nil
	}
	mean := math.Round(10*w.sum/w.weight) / 10
	q := Quality{Mean: &mean}
	if maxTold {
		q.Max = &w.max
	}
	return &q
}
