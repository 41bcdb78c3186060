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
	Marks         []drawn
	Labels        []label
}

type rect struct{ X, Y, W, H string }
type line struct{ X1, Y1, X2, Y2 string }
type label struct{ X, Y, Class, Text string }

// drawn is the shape of an outcome.
type drawn struct{ Path, Class string }

// paper is the layout of a picture.
type paper struct {
	id                       string
	width, left, right       float64
	top, plot, gap, lane, at float64 // heights: above, of the bars, between, of the outcomes' lane, of an outcome's shape
	every                    int     // hours between two labels
	short                    bool    // figures in thousands
}

var (
	wide   = paper{id: "wide", width: 1040, left: 72, right: 16, top: 26, plot: 150, gap: 10, lane: 30, at: 6.5, every: 3}
	narrow = paper{id: "narrow", width: 330, left: 36, right: 8, top: 22, plot: 130, gap: 8, lane: 30, at: 4.6,
		every: 6, short: true}
)

// draw draws the day.
func (p paper) draw(d day) picture {
	pic := picture{ID: p.id, Width: unit(p.width), Height: unit(p.top + p.plot + p.gap + p.lane + 24), Summary: summary(d)}
	pic.Lane = rect{unit(p.left), unit(p.top + p.plot + p.gap), unit(p.span()), unit(p.lane)}
	p.grid(&pic, d)
	for i, h := range d.Hours {
		p.blackout(&pic, d, i)
		p.hour(&pic, d, i, h)
	}
	now := unit(p.x(d.Now.Sub(d.Hours[0].Start)))
	pic.Now = line{now, unit(p.top - 6), now, unit(p.top + p.plot + p.gap + p.lane)}
	pic.Labels = append(pic.Labels, label{now, unit(p.top - 10), "now", "now"})
	return pic
}

func (p paper) span() float64 { return p.width - p.left - p.right }

func (p paper) x(since time.Duration) float64 {
	return p.left + p.span()*since.Hours()/shownHours
}

func (p paper) y(d day, bytes int64) float64 {
	return p.top + p.plot*(1-min(1, float64(bytes)/float64(max(1, d.Limit))))
}

// grid draws the limit and the quarters below it.
func (p paper) grid(pic *picture, d day) {
	for quarter := range int64(5) {
		y := p.y(d, d.Limit*quarter/4)
		l := line{unit(p.left), unit(y), unit(p.width - p.right), unit(y)}
		if quarter == 4 {
			pic.Limit = l
		} else {
			pic.Grid = append(pic.Grid, l)
		}
		pic.Labels = append(pic.Labels, label{unit(p.left - 6), unit(y + 4), "scale", p.bytes(d.Limit * quarter / 4)})
	}
	pic.Labels = append(pic.Labels, label{unit(p.left), unit(p.top - 10), "limit", "limit of the hour"})
}

func (p paper) bytes(n int64) string {
	if p.short && n >= 1000 {
		return strconv.FormatInt(n/1000, 10) + "k"
	}
	return grouped(n)
}

// blackout draws both closed ends of an hour.
func (p paper) blackout(pic *picture, d day, i int) {
	begin := time.Duration(i) * time.Hour
	for _, closed := range [][2]time.Duration{{begin, begin + d.Window.After},
		{begin + time.Hour - d.Window.Before, begin + time.Hour}} {
		if closed[1] > closed[0] {
			x := p.x(closed[0])
			pic.Closed = append(pic.Closed, rect{unit(x), unit(p.top), unit(p.x(closed[1]) - x), unit(p.plot + p.gap + p.lane)})
		}
	}
}

// hour draws the bar of an hour between its closed ends, this appliance's slot, and the outcomes of
// its attempts.
func (p paper) hour(pic *picture, d day, i int, h hour) {
	begin := time.Duration(i) * time.Hour
	left, right := p.x(begin+d.Window.After), p.x(begin+time.Hour-d.Window.Before)
	if h.Bytes > 0 {
		y := min(p.y(d, h.Bytes), p.top+p.plot-1.5) // a few bytes must be visible
		pic.Bars = append(pic.Bars, rect{unit(left + 1), unit(y), unit(max(1, right-left-2)), unit(p.top + p.plot - y)})
	}
	slot, lane := unit(p.x(begin+d.Slot)), p.top+p.plot+p.gap
	pic.Slots = append(pic.Slots, line{slot, unit(lane), slot, unit(lane + p.lane)})
	for _, a := range h.Attempts {
		x := p.x(a.At.Sub(d.Hours[0].Start))
		pic.Marks = append(pic.Marks, drawn{shape(a.Outcome, x, lane+p.lane/2, p.at), string(a.Outcome)})
	}
	if i%p.every == 0 {
		pic.Labels = append(pic.Labels, label{unit(p.x(begin)), unit(lane + p.lane + 16), "hour",
			h.Start.In(d.Now.Location()).Format("15:04")})
	}
}

// shape returns the outline of an outcome around a point. Outcomes can be distinguished without
// their color.
func shape(o journal.Outcome, x, y, r float64) string {
	at := func(format string, corners ...float64) string {
		all := make([]any, len(corners))
		for i, c := range corners {
			all[i] = unit(c)
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
	words := []string{fmt.Sprintf("Of the last %d hours the one with most had %s of less than %s bytes.", shownHours,
		grouped(d.most()), grouped(d.Limit))}
	for _, o := range d.Outcomes() {
		if o.Times > 0 {
			words = append(words, fmt.Sprintf("%s: %d.", status.Explain(o.Outcome).Word, o.Times))
		}
	}
	return strings.Join(words, " ")
}

func unit(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
