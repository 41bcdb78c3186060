package networkusage

import (
	"math"
	"time"
)

// Facts are the expected values of a period, for comparison with a plugin.
type Facts struct {
	Rows, Minutes, Scopes int
	All, Busiest          Events         // of all scopes together; the maximum of each in any scope
	Peaks                 Peaks          // the maximum in any row
	ByBandwidth           map[string]int // the same, by bandwidth in lower case; other if no public document has it
	BandwidthUsed         int            // the maximum in any row, in kbps
	BandwidthPercent      int            // the same, of the limit
	PacketLoss            Quality        // in percent
	VideoJitter           Quality
	VideoDelay            Quality
	AudioJitter           Quality
	AudioDelay            Quality
}

// Events counts calls by event.
type Events struct{ Started, Ended, Dropped, Downspeeded int }

// Peaks are numbers of simultaneous calls, by class.
type Peaks struct{ Gold, Silver, Bronze, Audio int }

// Quality is in milliseconds: the mean is weighted by calls and rounded to a tenth.
type Quality struct {
	Mean, Max   float64
	sum, weight int
}

// Facts counts the rows from start up to, but not including, end.
func (e Export) Facts(start, end time.Time) Facts {
	f := Facts{ByBandwidth: map[string]int{}}
	for minute := range e.Minutes {
		at := e.Start.Add(time.Duration(minute) * time.Minute)
		if !at.Before(start) && at.Before(end) {
			f.Minutes++
		}
	}
	for scope := range e.Scopes {
		f.addScope(e, scope, start, end)
	}
	for _, q := range []*Quality{&f.PacketLoss, &f.VideoJitter, &f.VideoDelay, &f.AudioJitter, &f.AudioDelay} {
		q.Mean = math.Round(10*float64(q.sum)/float64(q.weight)) / 10
	}
	return f
}

func (f *Facts) addScope(e Export, scope int, start, end time.Time) {
	var own Events
	rows := 0
	for minute := range e.Minutes {
		at := e.Start.Add(time.Duration(minute) * time.Minute)
		if at.Before(start) || !at.Before(end) {
			continue
		}
		rows++
		v := row(scope, int(at.Unix()/60%10_000))
		own = Events{own.Started + v[2], own.Ended + v[3], own.Dropped + v[4], own.Downspeeded + v[5]}
		f.addRow(v)
	}
	f.Rows += rows
	if rows > 0 {
		f.Scopes++
	}
	f.All = Events{f.All.Started + own.Started, f.All.Ended + own.Ended, f.All.Dropped + own.Dropped,
		f.All.Downspeeded +
			own.Downspeeded}
	f.Busiest = Events{
		max(f.Busiest.Started, own.Started), max(f.Busiest.Ended, own.Ended),
		max(f.Busiest.Dropped, own.Dropped), max(f.Busiest.Downspeeded, own.Downspeeded),
	}
}

func (f *Facts) addRow(v [29]int) {
	f.Peaks = Peaks{max(f.Peaks.Gold, v[19]), max(f.Peaks.Silver, v[20]), max(f.Peaks.Bronze, v[21]),
		max(f.Peaks.Audio, v[22])}
	video := 0
	for i, key := range []string{"256kbps", "384kbps", "512kbps", "768kbps", "other"} {
		f.ByBandwidth[key] = max(f.ByBandwidth[key], v[23+i])
		video += v[23+i]
	}
	f.BandwidthUsed, f.BandwidthPercent = max(f.BandwidthUsed, v[8]), max(f.BandwidthPercent, v[9])
	f.PacketLoss.add(v[10], v[10], video+v[22])
	f.VideoJitter.add(v[11], v[12], video)
	f.VideoDelay.add(v[13], v[14], video)
	f.AudioJitter.add(v[15], v[16], video+v[22])
	f.AudioDelay.add(v[17], v[18], video+v[22])
}

// add weights a row's mean by its calls. If a row has no calls, it does not affect the quality.
func (q *Quality) add(mean, most, calls int) {
	if calls == 0 {
		return
	}
	q.sum += mean * calls
	q.weight += calls
	q.Max = max(q.Max, float64(most))
}
