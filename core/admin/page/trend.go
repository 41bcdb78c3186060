package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/trend"
)

// Size of the picture of a number, and how many strips it has at most: more points than that cannot be
// told apart.
const (
	trendWidth  = 96
	trendHeight = 20
	trendMargin = 2.5
	trendStrips = 48
)

// trendView is the picture of a number over the history.
type trendView struct {
	Text  string   // its text alternative: 12 to 40 in 30 days
	Lines []string // the points of each line; a gap of the history is a gap between two lines
	Dots  []point  // hours that have no neighbor
	Here  *point   // the hour that is shown
}

type point struct{ X, Y string }

// setTrends puts pictures beside the numbers of a document.
func (t tree) setTrends(all map[string][]trend.Sample) {
	for i, b := range t.Branches {
		setTrends(t.Branches[i].Leaves, b.Name, t.Start, all)
	}
}

func setTrends(leaves []leaf, above string, shown time.Time, all map[string][]trend.Sample) {
	for i := range leaves {
		path := above + "." + leaves[i].Name
		leaves[i].Value.setTrend(path, shown, all)
		setTrends(leaves[i].Value.Parts, path, shown, all)
	}
}

func (v *valueView) setTrend(path string, shown time.Time, all map[string][]trend.Sample) {
	v.Trend = drawTrend(all[path], shown)
	for i := range v.Pairs {
		v.Pairs[i].Value.setTrend(path+"."+v.Pairs[i].Name, shown, all)
	}
}

// strip is a part of the picture: the lowest and the highest number of its hours.
type strip struct {
	low, high float64
	falls     bool // the highest came first
	any       bool
}

// drawTrend returns nil for fewer than two hours.
func drawTrend(samples []trend.Sample, shown time.Time) *trendView {
	if len(samples) < 2 {
		return nil
	}
	first, last := samples[0].Period, samples[len(samples)-1].Period
	hours := int(last.Sub(first)/time.Hour) + 1
	number := min(hours, trendStrips)
	at := func(t time.Time) int { return int(t.Sub(first)/time.Hour) * number / hours }
	strips := make([]strip, number)
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range samples {
		strips[at(s.Period)].add(s.Value)
		low, high = min(low, s.Value), max(high, s.Value)
	}
	scale := trendScale{low, high, number}
	v := &trendView{Text: rangeText(low, high) + " in " + span(last.Add(time.Hour).Sub(first))}
	v.draw(strips, scale)
	for _, s := range samples {
		if s.Period.Equal(shown) {
			here := scale.point(at(s.Period), s.Value)
			v.Here = &here
		}
	}
	return v
}

func (c *strip) add(value float64) {
	if !c.any {
		*c = strip{low: value, high: value, any: true}
		return
	}
	if value > c.high {
		c.high, c.falls = value, false
	}
	if value < c.low {
		c.low, c.falls = value, true
	}
}

func (v *trendView) draw(strips []strip, scale trendScale) {
	var line []point
	end := func() {
		switch len(line) {
		case 0:
		case 1:
			v.Dots = append(v.Dots, line[0])
		default:
			var points []string
			for _, p := range line {
				points = append(points, p.X+","+p.Y)
			}
			v.Lines = append(v.Lines, strings.Join(points, " "))
		}
		line = nil
	}
	for i, c := range strips {
		if !c.any {
			end()
			continue
		}
		from, to := c.low, c.high
		if c.falls {
			from, to = to, from
		}
		line = append(line, scale.point(i, from))
		if from != to {
			line = append(line, scale.point(i, to))
		}
	}
	end()
}

// trendScale puts numbers into the picture. A number that is always the same is in its middle.
type trendScale struct {
	low, high float64
	strips    int
}

func (s trendScale) point(strip int, value float64) point {
	x, y := trendWidth/2., trendHeight/2.
	if s.strips > 1 {
		x = trendMargin + (trendWidth-2*trendMargin)*float64(strip)/float64(s.strips-1)
	}
	if s.high > s.low {
		y = trendHeight - trendMargin - (trendHeight-2*trendMargin)*(value-s.low)/(s.high-s.low)
	}
	return point{fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", y)}
}

func rangeText(low, high float64) string {
	if low == high {
		return "always " + numberText(low)
	}
	return numberText(low) + " to " + numberText(high)
}

func numberText(n float64) string {
	if n == math.Trunc(n) && math.Abs(n) < 1e15 {
		return grouped(int64(n))
	}
	return strconv.FormatFloat(n, 'g', 6, 64)
}
