package main

import "polycom.com/usagedata/core/sdk"

type conference struct {
	Active *int64 `usage:"active"`
	conferenceKinds
}

// conferenceKinds counts the conferences that began within the period, by the kinds in the
// predecessor's report of conference types.
type conferenceKinds struct {
	Scheduled          *int64 `column:"scheduled" usage:"scheduled"`
	AdHoc              *int64 `column:"ad_hoc" usage:"ad_hoc"`
	Multipoint         *int64 `column:"multipoint" usage:"multipoint"`
	PointToPoint       *int64 `column:"point_to_point" usage:"point_to_point"`
	Participants       *int64 `column:"participants" usage:"participants"`
	Gateway            *int64 `column:"gateway" usage:"gateway"`
	EmbeddedMultipoint *int64 `column:"embedded_multipoint" usage:"embedded_multipoint"`
}

// conference sets the number of active conferences from the Platform API, and the conferences that
// began from the product's view.
func (f *featureConfiguration) conference(active answer[*int64], kinds answer[conferenceKinds], missing *sdk.Missing) {
	if active.err != nil && kinds.err != nil {
		missing.Add(active.err, "conference")
		missing.Add(kinds.err, "conference")
		return
	}
	missing.Add(active.err, "conference.active")
	missing.Add(kinds.err, "conference.scheduled", "conference.ad_hoc", "conference.multipoint",
		"conference.point_to_point", "conference.participants", "conference.gateway", "conference.embedded_multipoint")
	f.Conference = &conference{active.read, kinds.read}
}
