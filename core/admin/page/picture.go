package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
)

// picture is a drawing of a day, in its own coordinates. There is one for wide screens and one for
// narrow ones, so that its words are readable on both. It has shapes and classes only: the style
// sheet sets the colors, because the content policy forbids inline styles.
type picture struct {
	ID            string
	Width, Height string
	Summary       string
	Closed        []rect // blackouts
	Bars          []rect
	Grid          []line
	Limit         line
	Slots         []line
	Now           line
	Lane          rect
	Marks         []marker
	Labels        []label
}

type rect struct{ X, Y, W, H string }
type line struct{ X1, Y1, X2, Y2 string }
type label struct{ X, Y, Class, Text string }

// marker is the shape of an outcome.
type marker struct{ Path, Class string }

// chartLayout is the layout of a picture.
type chartLayout struct {
	id                   string
	width, left, right   float64
	top, plot, gap, lane float64 // heights: above, of the bars, between, of the outcomes' lane
	markRadius           float64 // of an outcome's shape
	every                int     // hours between two labels
	short                bool    // figures in thousands
}

var (
	wide = chartLayout{id: "wide", width: 1040, left: 72, right: 16, top: 26, plot: 150, gap: 10, lane: 30,
		markRadius: 6.5, every: 3}
	narrow = chartLayout{id: "narrow", width: 330, left: 36, right: 8, top: 22, plot: 130, gap: 8, lane: 30,
		markRadius: 4.6, every: 6, short: true}
)

// draw draws the day.
func (c chartLayout) draw(d day) picture {
	pic := picture{ID: c.id, Width: coord(c.width), Height: coord(c.top + c.plot + c.gap + c.lane + 24),
		Summary: summary(d)}
	pic.Lane = rect{coord(c.left), coord(c.top + c.plot + c.gap), coord(c.span()), coord(c.lane)}
	c.grid(&pic, d)
	for i, h := range d.Hours {
		c.blackout(&pic, d, i)
		c.hour(&pic, d, i, h)
	}
	now := coord(c.x(d.Now.Sub(d.Hours[0].Start)))
	pic.Now = line{now, coord(c.top - 6), now, coord(c.top + c.plot + c.gap + c.lane)}
	pic.Labels = append(pic.Labels, label{now, coord(c.top - 10), "now", "now"})
	return pic
}

func (c chartLayout) span() float64 { return c.width - c.left - c.right }

func (c chartLayout) x(since time.Duration) float64 {
	return c.left + c.span()*since.Hours()/shownHours
}

func (c chartLayout) y(d day, bytes int64) float64 {
	return c.top + c.plot*(1-min(1, float64(bytes)/float64(max(1, d.Limit))))
}

// grid draws the limit and the quarters below it.
func (c chartLayout) grid(pic *picture, d day) {
	for quarter := range int64(5) {
		y := c.y(d, d.Limit*quarter/4)
		l := line{coord(c.left), coord(y), coord(c.width - c.right), coord(y)}
		if quarter == 4 {
			pic.Limit = l
		} else {
			pic.Grid = append(pic.Grid, l)
		}
		pic.Labels = append(pic.Labels, label{coord(c.left - 6), coord(y + 4), "scale", c.bytes(d.Limit * quarter / 4)})
	}
	pic.Labels = append(pic.Labels, label{coord(c.left), coord(c.top - 10), "limit", "hourly limit"})
}

func (c chartLayout) bytes(n int64) string {
	if c.short && n >= 1000 {
		return strconv.FormatInt(n/1000, 10) + "k"
	}
	return grouped(n)
}

// blackout draws both closed ends of an hour.
func (c chartLayout) blackout(pic *picture, d day, i int) {
	begin := time.Duration(i) * time.Hour
	for _, closed := range [][2]time.Duration{{begin, begin + d.Window.After},
		{begin + time.Hour - d.Window.Before, begin + time.Hour}} {
		if closed[1] > closed[0] {
			x := c.x(closed[0])
			pic.Closed = append(pic.Closed, rect{coord(x), coord(c.top), coord(c.x(closed[1]) - x),
				coord(c.plot + c.gap + c.lane)})
		}
	}
}

// hour draws the bar of an hour between its closed ends, this appliance's slot, and the outcomes of
// its attempts.
func (c chartLayout) hour(pic *picture, d day, i int, h hour) {
	begin := time.Duration(i) * time.Hour
	left, right := c.x(begin+d.Window.After), c.x(begin+time.Hour-d.Window.Before)
	if h.Bytes > 0 {
		y := min(c.y(d, h.Bytes), c.top+c.plot-1.5) // a few bytes must be visible
		pic.Bars = append(pic.Bars, rect{coord(left + 1), coord(y), coord(max(1, right-left-2)),
			coord(c.top + c.plot - y)})
	}
	slot, lane := coord(c.x(begin+d.Slot)), c.top+c.plot+c.gap
	pic.Slots = append(pic.Slots, line{slot, coord(lane), slot, coord(lane + c.lane)})
	for _, a := range h.Attempts {
		x := c.x(a.At.Sub(d.Hours[0].Start))
		pic.Marks = append(pic.Marks, marker{shape(a.Outcome, x, lane+c.lane/2, c.markRadius), string(a.Outcome)})
	}
	if i%c.every == 0 {
		pic.Labels = append(pic.Labels, label{coord(c.x(begin)), coord(lane + c.lane + 16), "hour",
			h.Start.In(d.Now.Location()).Format("15:04")})
	}
}

// shape returns the outline of an outcome around a point. Outcomes can be distinguished without
// their color.
func shape(o journal.Outcome, x, y, r float64) string {
	at := func(format string, corners ...float64) string {
		all := make([]any, len(corners))
		for i, c := range corners {
			all[i] = coord(c)
		}
		return fmt.Sprintf(format, all...)
	}
	switch o {
	case journal.Uploaded: // a disc
		return at("M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0 %s 0z", x-r, y, r, r, 2*r, r, r, -2*r)
	case journal.Deferred: // a triangle, pointing to later
		return at("M%s %sL%s %sL%s %sz", x-r*.8, y-r, x+r, y, x-r*.8, y+r)
	case journal.Failed: // a cross
		return at("M%s %sL%s %sM%s %sL%s %s", x-r, y-r, x+r, y+r, x+r, y-r, x-r, y+r)
	case journal.Rejected: // a square
		return at("M%s %sh%sv%sh%sz", x-r, y-r, 2*r, 2*r, -2*r)
	default: // a bar
		return at("M%s %sH%s", x-r, y, x+r)
	}
}

// summary describes the picture in a few sentences, for readers that cannot see it.
func summary(d day) string {
	words := []string{fmt.Sprintf("In the last %d hours, the busiest hour had %s bytes; the limit is %s.",
		shownHours, grouped(d.busiest()), grouped(d.Limit))}
	for _, o := range d.countOutcomes() {
		if o.Times > 0 {
			words = append(words, fmt.Sprintf("%s: %d.", status.Explain(o.Outcome).Word, o.Times))
		}
	}
	return strings.Join(words, " ")
}

func coord(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
