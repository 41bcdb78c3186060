package clock

import (
	"slices"
	"strings"
	"time"
)

// rule gives the day of the year and the time at which summer time begins or ends, by the wall
// clock that was valid until then.
type rule struct {
	day    func(year int) time.Time // at midnight, as if it were UTC
	moment time.Duration            // the time after that midnight
}

func ruleOf(text string) rule {
	date, moment, given := strings.Cut(text, "/")
	r := rule{moment: 2 * time.Hour}
	if given {
		r.moment = duration(moment)
	}
	switch date[0] {
	case 'J':
		r.day = julian(number(date[1:]))
	case 'M':
		part := strings.Split(date[1:], ".")
		r.day = weekly(time.Month(number(part[0])), number(part[1]), time.Weekday(number(part[2])))
	default:
		r.day = func(year int) time.Time { return midnight(year, time.January, 1+number(date)) }
	}
	return r
}

func midnight(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// julian returns the nth day of the year, counted from 1 without February 29.
func julian(n int) func(year int) time.Time {
	const noLeapYear = 2025
	_, month, day := midnight(noLeapYear, time.January, n).Date()
	return func(year int) time.Time { return midnight(year, month, day) }
}

// weekly returns the weekday in the given week of the month; week 5 is the last.
func weekly(month time.Month, week int, day time.Weekday) func(year int) time.Time {
	return func(year int) time.Time {
		first := midnight(year, month, 1)
		found := first.AddDate(0, 0, int(day-first.Weekday()+7)%7+7*(week-1))
		if found.Month() != month {
			return found.AddDate(0, 0, -7)
		}
		return found
	}
}

// The kinds of local time between which a zone shifts.
const (
	standardTime uint8 = iota
	summerTime
)

// shift is an instant from which on local time is of this kind.
type shift struct {
	at   int64 // in seconds since 1970
	kind uint8
}

// shifts returns the shifts of a year of UTC, the first at its beginning. As in glibc, each such
// year is computed on its own: a summer time that would last into the next year is cut off.
func (p posix) shifts(year int) (all []shift) {
	from := p.from.day(year).Add(p.from.moment - p.standard.east).Unix()
	to := p.to.day(year).Add(p.to.moment - p.summer.east).Unix()
	first, next := midnight(year, time.January, 1).Unix(), midnight(year+1, time.January, 1).Unix()
	instants := []int64{first, from, to}
	slices.Sort(instants)
	for _, at := range instants {
		kind := standardTime
		if within := from <= at && at < to; within || from > to && (from <= at || at < to) {
			kind = summerTime
		}
		if first <= at && at < next {
			all = append(all, shift{at, kind})
		}
	}
	return all
}
