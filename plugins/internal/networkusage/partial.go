package networkusage

import "slices"

// dropPartial lists the fields for which only some rows have a value, and removes the results that
// depend on them.
func (s *sum) dropPartial(u *Usage) {
	for place, name := range []string{"calls_started", "calls_ended", "calls_dropped", "calls_downspeeded"} {
		switch {
		case !s.partial(quantity(place)):
		case u.AllScopes == nil:
			u.Partial = append(u.Partial, "all_scopes", "busiest_scope")
		default:
			u.Partial = append(u.Partial, "all_scopes."+name, "busiest_scope."+name)
		}
	}
	for name, place := range map[string]quantity{"peak_gold_calls": gold, "peak_silver_calls": silver,
		"peak_bronze_calls": bronze, "peak_audio_calls": audio, "peak_bandwidth_percent": bandwidthPercent} {
		if s.partial(place) {
			u.Partial = append(u.Partial, name)
		}
	}
	s.dropWeighted(u)
	slices.Sort(u.Partial)
	u.Partial = slices.Compact(u.Partial)
}

// dropWeighted handles the fields that need the calls of all bandwidths.
func (s *sum) dropWeighted(u *Usage) {
	var rates []quantity
	for place := bandwidths; place <= other; place++ {
		rates = append(rates, place)
	}
	video := s.partial(rates...)
	if video {
		u.PeakCallsByBandwidth = nil
		u.Partial = append(u.Partial, "peak_calls_by_bandwidth")
	}
	all := video || s.partial(audio)
	for _, q := range []struct {
		name    string
		of      **Quality
		partial bool
	}{
		{"packet_loss", &u.PacketLoss, all || s.partial(packetLoss)},
		{"video_jitter", &u.VideoJitter, video}, {"video_delay", &u.VideoDelay, video},
		{"audio_jitter", &u.AudioJitter, all}, {"audio_delay", &u.AudioDelay, all},
	} {
		if q.partial && (*q.of != nil || q.name == "packet_loss" && s.partial(packetLoss)) {
			*q.of = nil
			u.Partial = append(u.Partial, q.name)
		}
	}
}
