package sent

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/usage"
)

// formatsWithOffset and formatsOfDay are the forms in which an hour may be given. A time names the
// document whose period it is in.
var (
	formatsWithOffset = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15Z07:00",
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15Z07:00", "2006-01-02 15:04 Z07:00"}
	formatsLocal = []string{"2006-01-02T15", "2006-01-02T15:04", "2006-01-02T15:04:05",
		"2006-01-02 15", "2006-01-02 15:04", "2006-01-02 15:04:05"}
	formatsOfDay = []string{"15:04", "15:04:05"}
)

// newest names the document that was accepted last.
const newest = "last"

// Find returns the document that a person names: by an hour, by its id, or as last. A local time is in
// the zone of now.
func Find(list []Document, named string, now time.Time) (Document, error) {
	if len(list) == 0 {
		return Document{}, errors.New("no document that was sent is kept")
	}
	if at := slices.IndexFunc(list, func(d Document) bool { return d.ID == named }); at >= 0 {
		return list[at], nil
	}
	if named == newest {
		return slices.MaxFunc(list, func(a, b Document) int { return a.Accepted.Compare(b.Accepted) }), nil
	}
	at, err := parseHour(named, now)
	if err != nil {
		return Document{}, err
	}
	return about(list, at, now.Location())
}

// about returns the document whose period a moment is in.
func about(list []Document, at time.Time, zone *time.Location) (Document, error) {
	var found []Document
	for _, d := range list {
		if !at.Before(d.Period) && at.Before(d.Period.Add(time.Hour)) {
			found = append(found, d)
		}
	}
	period := usage.PeriodFrom(at.Truncate(time.Hour)).DayAndClock(zone)
	switch len(found) {
	case 0:
		return Document{}, usage.WithHint(fmt.Errorf("no document about %s is kept", period), nearest(list, at, zone))
	case 1:
		return found[0], nil
	}
	var ids []string
	for _, d := range found {
		ids = append(ids, d.ID)
	}
	return Document{}, usage.WithHint(fmt.Errorf("%d documents about %s are kept", len(found), period),
		"give the id of one: "+strings.Join(ids, ", "))
}

// nearest names the documents before and after a moment; the list has the newest first.
func nearest(list []Document, at time.Time, zone *time.Location) string {
	var hours []string
	if i := slices.IndexFunc(list, func(d Document) bool { return d.Period.Before(at) }); i >= 0 {
		hours = append(hours, usage.PeriodFrom(list[i].Period).DayAndClock(zone))
	}
	for _, d := range slices.Backward(list) {
		if d.Period.After(at) {
			hours = append(hours, usage.PeriodFrom(d.Period).DayAndClock(zone))
			break
		}
	}
	return "the nearest: " + strings.Join(hours, ", and ") + "; `usagedata sent` lists all"
}

var errHour = usage.WithHint(errors.New("this is not an hour"),
	"for example: 2026-03-01T14, 2026-03-01 14:00, 14:00 for the latest such hour, 2026-03-01T14:00:00+01:00, or last")

// parseHour reads a moment. A time without a date is the latest of its kind whose document can exist.
func parseHour(text string, now time.Time) (time.Time, error) {
	for _, format := range formatsWithOffset {
		if at, err := time.Parse(format, text); err == nil {
			return at, nil
		}
	}
	for _, format := range formatsLocal {
		if wall, err := time.Parse(format, text); err == nil {
			return local(wall, now.Location())
		}
	}
	for _, format := range formatsOfDay {
		if wall, err := time.Parse(format, text); err == nil {
			return latest(wall, now)
		}
	}
	return time.Time{}, errHour
}

// latest returns the latest moment with this time of day that is in a period that has ended.
func latest(wall, now time.Time) (time.Time, error) {
	for days := range 8 { // some days may not have this time
		day := now.AddDate(0, 0, -days)
		at, err := local(time.Date(day.Year(), day.Month(), day.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0,
			time.UTC), now.Location())
		switch {
		case errors.Is(err, errSkipped):
		case err != nil:
			return at, err
		case !at.Truncate(time.Hour).Add(time.Hour).After(now):
			return at, nil
		}
	}
	return time.Time{}, errHour
}

// errSkipped means that the clocks were set forward over a local time.
var errSkipped = errors.New("there was no such time: the clocks were set forward over it")

// local returns the moment at which the clocks in zone show what wall, which is in UTC, shows. When summer
// time ends there are two, and only an offset says which is meant.
func local(wall time.Time, zone *time.Location) (time.Time, error) {
	var found []time.Time
	for _, beside := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(beside).In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		shows := at.Format(time.DateTime) == wall.Format(time.DateTime)
		if shows && !slices.ContainsFunc(found, at.Equal) {
			found = append(found, at)
		}
	}
	switch len(found) {
	case 0:
		return time.Time{}, fmt.Errorf("%s: %w", wall.Format("2006-01-02 15:04"), errSkipped)
	case 1:
		return found[0], nil
	}
	return time.Time{}, usage.WithHint(
		fmt.Errorf("%s came twice, because the clocks were set back", wall.Format("2006-01-02 15:04")),
		fmt.Sprintf("give the offset: %s or %s", found[0].Format("2006-01-02T15:04Z07:00"),
			found[1].Format("2006-01-02T15:04Z07:00")))
}
