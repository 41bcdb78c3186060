package sent

import (
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/usage"
)

// A document is found by every form of its hour, in zones of whole and half hours; a local time that
// came twice, or never, is said to be so.
func TestFind(t *testing.T) {
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	berlin, delhi, kathmandu, howe := zone("Europe/Berlin"), zone("Asia/Kolkata"), zone("Asia/Kathmandu"),
		zone("Australia/Lord_Howe")
	now := time.Date(2026, 10, 26, 9, 20, 0, 0, time.UTC)
	var list []Document
	for n := range 60 {
		period := now.Truncate(time.Hour).Add(-time.Duration(n+1) * time.Hour)
		if n != 20 { // an hour without a document: 26 October, 12:00 UTC of the day before
			list = append(list, Document{ID: "acme-" + usage.PeriodFrom(period).String() + "-x", Period: period,
				Accepted: period.Add(90 * time.Minute)})
		}
	}
	twin := list[29]
	twin.ID += "2"
	list = append(list[:30], append([]Document{twin}, list[30:]...)...)
	for _, tt := range []struct {
		named string
		in    *time.Location
		want  string // the period in UTC, or a part of the error
	}{
		{"last", berlin, "20261026T0800Z"},
		{"acme-20261026T0500Z-x", berlin, "20261026T0500Z"},
		{"2026-10-26T08", berlin, "20261026T0700Z"},
		{"2026-10-26 08:00", berlin, "20261026T0700Z"},
		{"2026-10-26 08:59", berlin, "20261026T0700Z"},
		{"2026-10-26T08:00+01:00", berlin, "20261026T0700Z"},
		{"2026-10-26T08:00:00Z", berlin, "20261026T0800Z"},
		{"2026-10-26 13:30", delhi, "20261026T0800Z"},
		{"2026-10-26T13", delhi, "20261026T0700Z"},
		{"13:45", kathmandu, "20261026T0800Z"},
		{"09:00", berlin, "20261026T0800Z"},
		{"10:00", berlin, "20261025T0900Z"}, // of this hour there is no document yet
		{"11:00", berlin, "20261025T1000Z"},
		{"2026-10-25T01:30", berlin, "20261024T2300Z"},
		{"2026-10-25T02:30", berlin, "give the offset: 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00"},
		{"2026-10-25T02:30+02:00", berlin, "20261025T0000Z"},
		{"2026-10-25T02:30+01:00", berlin, "20261025T0100Z"},
		{"2026-03-29T02:30", berlin, "there was no such time"},
		{"2026-10-25T02:15", howe, "20261024T1500Z"},
		{"2026-10-25T12:00Z", berlin,
			"the nearest: 2026-10-25 12:00–13:00 (11:00–12:00 UTC), and 2026-10-25 14:00–15:00"},
		{"2020-01-01T12", berlin, "the nearest: 2026-10-23"},
		{"2026-10-25T02:00Z", berlin, "give the id of one: "},
		{"yesterday", berlin, "this is not an hour"},
		{"25:00", berlin, "this is not an hour"},
		{"../../etc/passwd", berlin, "this is not an hour"},
	} {
		got, err := Find(list, tt.named, now.In(tt.in))
		text := strings.TrimSuffix(strings.TrimPrefix(got.ID, "acme-"), "-x")
		if err != nil {
			text = err.Error() + "; " + usage.HintOf(err)
		}
		if !strings.Contains(text, tt.want) {
			t.Errorf("%s in %s: got %s want %s", tt.named, tt.in, text, tt.want)
		}
	}
	if _, err := Find(nil, "last", now); err == nil {
		t.Error("no documents: got no error")
	}
}
