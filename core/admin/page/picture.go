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
	Grid          []line
	Days          []line // at midnight
	Lane          rect
	Hours         []column
	Labels        []label
}

// column is the drawing of an hour. Title is shown where the pointer rests on it.
type column struct {
	Title string
	Bar   rect
	Marks []marker
	Whole rect
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
}

var (
	wide = chartLayout{id: "wide", width: 1040, left: 62, right: 20, top: 22, plot: 150, gap: 8, lane: 44,
		markRadius: 5.8, every: 3}
	narrow = chartLayout{id: "narrow", width: 330, left: 50, right: 14, top: 20, plot: 120, gap: 6, lane: 38,
		markRadius: 4.2, every: 6}
)

// draw draws the day. Its right edge is the present moment.
func (c chartLayout) draw(d day) picture {
	pic := picture{ID: c.id, Width: coord(c.width), Height: coord(c.laneTop() + c.lane + 38), Summary: summary(d)}
	pic.Lane = rect{coord(c.left), coord(c.laneTop()), coord(c.span()), coord(c.lane)}
	c.grid(&pic, d)
	for _, h := range d.Hours {
		c.blackout(&pic, d, h)
		c.clock(&pic, d, h)
		pic.Hours = append(pic.Hours, c.hour(d, h))
	}
	c.firstDate(&pic, d)
	pic.Labels = append(pic.Labels, label{coord(c.width - c.right), coord(c.top - 8), "now", "now"})
	return pic
}

func (c chartLayout) span() float64 { return c.width - c.left - c.right }

func (c chartLayout) laneTop() float64 { return c.top + c.plot + c.gap }

// x returns the place of a moment, which is never beyond the present one.
func (c chartLayout) x(d day, at time.Time) float64 {
	first := d.Hours[0].Start
	part := float64(at.Sub(first)) / float64(max(1, d.Now.Sub(first)))
	return c.left + c.span()*min(1, part)
}

func (c chartLayout) y(d day, bytes int64) float64 {
	return c.top + c.plot*(1-min(1, float64(bytes)/float64(d.top())))
}

// top returns the end of the scale: a round number that the busiest hour fits under. The limit is not
// on the scale, because most hours would be flat next to it.
func (d day) top() int64 {
	most := max(d.busiest(), 1000)
	for unit := int64(100); ; unit *= 10 {
		for _, step := range []int64{10, 15, 20, 30, 40, 50, 60, 80} {
			if unit*step >= most {
				return unit * step
			}
		}
	}
}

// grid draws the scale.
func (c chartLayout) grid(pic *picture, d day) {
	for half := range int64(3) {
		bytes := d.top() * half / 2
		y := c.y(d, bytes)
		pic.Grid = append(pic.Grid, line{coord(c.left), coord(y), coord(c.width - c.right), coord(y)})
		pic.Labels = append(pic.Labels, label{coord(c.left - 8), coord(y + 4), "scale", grouped(bytes)})
	}
}

// blackout draws both closed ends of an hour, in the lane of the attempts.
func (c chartLayout) blackout(pic *picture, d day, h hour) {
	for _, closed := range [][2]time.Time{{h.Start, h.Start.Add(d.Window.After)},
		{h.Start.Add(time.Hour - d.Window.Before), h.Start.Add(time.Hour)}} {
		left, right := c.x(d, closed[0]), c.x(d, closed[1])
		if right > left {
			pic.Closed = append(pic.Closed, rect{coord(left), coord(c.laneTop()), coord(right - left), coord(c.lane)})
		}
	}
}

// clock writes the hour below the picture, and the date where a day begins.
func (c chartLayout) clock(pic *picture, d day, h hour) {
	local, x, below := h.Start.In(d.Now.Location()), c.x(d, h.Start), c.laneTop()+c.lane
	if local.Hour()%c.every == 0 {
		pic.Labels = append(pic.Labels, label{coord(x), coord(below + 16), "hour", local.Format("15:04")})
	}
	if local.Hour() == 0 {
		pic.Days = append(pic.Days, line{coord(x), coord(c.top), coord(x), coord(below)})
		pic.Labels = append(pic.Labels, label{coord(x), coord(below + 32), "hour date", local.Format("Mon 2 Jan")})
	}
}

// firstDate writes the date of the first hour, unless the next day begins too close to it.
func (c chartLayout) firstDate(pic *picture, d day) {
	first := d.Hours[0].Start.In(d.Now.Location())
	if first.Hour() != 0 && 24-first.Hour() >= c.every {
		pic.Labels = append(pic.Labels, label{coord(c.left), coord(c.laneTop() + c.lane + 32), "first date",
			first.Format("Mon 2 Jan")})
	}
}

// thinnest is the width of a bar that is hardly wider than a line, because its hour has just begun.
const thinnest = 3

// hour draws the bar of an hour between its closed ends, and the outcomes of its attempts.
func (c chartLayout) hour(d day, h hour) column {
	begin, end := c.x(d, h.Start), c.x(d, h.Start.Add(time.Hour))
	drawn := column{Title: d.describe(h), Whole: rect{coord(begin), coord(c.top), coord(max(0, end-begin)),
		coord(c.plot + c.gap + c.lane)}}
	if h.Bytes > 0 {
		left, right := c.x(d, h.Start.Add(d.Window.After)), c.x(d, h.Start.Add(time.Hour-d.Window.Before))
		left = min(left, right-thinnest)
		y := min(c.y(d, h.Bytes), c.top+c.plot-1.5) // a few bytes must be visible
		drawn.Bar = rect{coord(left), coord(y), coord(right - left), coord(c.top + c.plot - y)}
	}
	outcomes := h.outcomes()
	for i, o := range outcomes {
		y := c.laneTop() + c.lane*float64(i+1)/float64(len(outcomes)+1)
		drawn.Marks = append(drawn.Marks, marker{shape(o, (begin+end)/2, y, c.markRadius), string(o)})
	}
	return drawn
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
	words := []string{d.busy()}
	for _, o := range d.countOutcomes() {
		if o.Times > 0 {
			words = append(words, fmt.Sprintf("%s: %d.", status.Explain(o.Outcome).Word, o.Times))
		}
	}
	return strings.Join(words, " ")
}

// busy compares the busiest hour with the limit.
func (d day) busy() string {
	most := d.busiest()
	return fmt.Sprintf("The busiest of the last %d hours had %s, %d%% of the limit: each hour stays below %s.",
		shownHours, plural(most, "byte", "bytes"), 100*most/max(1, d.Limit), plural(d.Limit, "byte", "bytes"))
}

// describe returns an hour in a line.
func (d day) describe(h hour) string {
	words := []string{clockHour(h.Start, d.Now) + ": " + plural(h.Bytes, "byte", "bytes")}
	for _, a := range h.Attempts {
		words = append(words, status.Explain(a.Outcome).Word+" at "+a.At.Format("15:04"))
	}
	return strings.Join(words, ", ")
}

func coord(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
