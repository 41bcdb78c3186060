package networkusage

// Usage is what an export says of a period. What no row has, or no column, is nil. A profile repeats the fields.
//
// A call is counted in each scope that it is in: in one or more throttle points, territories and clusters. Which are
// which is not known, so that there are two numbers of each event: AllScopes adds the scopes up, and is more than there
// were calls; BusiestScope is the most that any one scope had, and is not more. Where there is one cluster, its scope
// has all of the product's calls, and BusiestScope is their number. Peaks are of one scope and minute as well, so that
// no call is counted twice in one of them; the peaks of two classes need not be of the same scope or minute. Scopes of
// the same name can't be told apart, and are one.
type Usage struct {
	Rows     int64 `usage:"rows"`            // of the period
	LeftOut  int64 `usage:"rows_unreadable"` // of the period or without a readable date
	Repeated int64 `usage:"rows_repeated"`   // that an earlier file had
	Minutes  int64 `usage:"minutes"`         // of the period that have rows
	Scopes   int64 `usage:"scopes"`          // that have rows

	AllScopes    *Events `usage:"all_scopes"`
	BusiestScope *Events `usage:"busiest_scope"`

	PeakGoldCalls        *int64           `usage:"peak_gold_calls"`
	PeakSilverCalls      *int64           `usage:"peak_silver_calls"`
	PeakBronzeCalls      *int64           `usage:"peak_bronze_calls"`
	PeakAudioCalls       *int64           `usage:"peak_audio_calls"`
	PeakCallsByBandwidth map[string]int64 `usage:"peak_calls_by_bandwidth"` // by Bandwidths, or other

	VideoJitter *Quality `usage:"video_jitter"`
	VideoDelay  *Quality `usage:"video_delay"`
	AudioJitter *Quality `usage:"audio_jitter"`
	AudioDelay  *Quality `usage:"audio_delay"`
}

// Events are numbers of calls that something happened to.
type Events struct {
	Started     *int64 `usage:"calls_started"`
	Ended       *int64 `usage:"calls_ended"`
	Dropped     *int64 `usage:"calls_dropped"`     // for lack of bandwidth
	Downspeeded *int64 `usage:"calls_downspeeded"` // for lack of bandwidth
}

// Quality is in milliseconds. The mean is that of the rows' means, each weighted by its calls at a time: by its video
// calls for video, by all for audio. Rows without calls say nothing of quality and are left out, also of the maximum.
type Quality struct {
	Mean *float64 `usage:"mean"` // to a tenth
	Max  *float64 `usage:"max"`
}
