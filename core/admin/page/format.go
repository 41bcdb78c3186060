package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/usage"
)

// grouped formats a number with a comma at each thousand.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// sentence returns text with a capital letter at its beginning and one full stop at its end.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// title makes a heading of a name: license_information becomes License information.
func title(name string) string {
	words := strings.ReplaceAll(name, "_", " ")
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// plural puts a number before its noun, in the singular or the plural.
func plural[N int | int64](n N, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(int64(n)) + " " + several
}

// span formats a duration for people: 5 minutes.
func span(d time.Duration) string {
	d = d.Round(time.Second)
	hours, minutes, seconds := int(d/time.Hour), int(d%time.Hour/time.Minute), int(d%time.Minute/time.Second)
	switch {
	case hours >= 48:
		return plural(hours/24, "day", "days")
	case hours > 0 && minutes == 0:
		return plural(hours, "hour", "hours")
	case hours > 0:
		return plural(hours, "hour", "hours") + " " + plural(minutes, "minute", "minutes")
	case minutes > 0 && seconds == 0 || minutes >= 2:
		return plural(minutes, "minute", "minutes")
	case minutes > 0:
		return plural(minutes, "minute", "minutes") + " " + plural(seconds, "second", "seconds")
	}
	return plural(seconds, "second", "seconds")
}

// timeView is a moment as the page writes it, in the appliance's own time zone.
type timeView struct {
	Stamp string // for programs
	Text  string
	Far   string // distance from now: in 5 minutes, 2 hours ago
}

func viewTime(t, now time.Time) timeView {
	if t.IsZero() {
		return timeView{}
	}
	t = t.In(now.Location())
	w := timeView{Stamp: t.Format(time.RFC3339), Text: t.Format("Mon 2 Jan 2006, 15:04:05 MST")}
	switch d := t.Sub(now); {
	case d >= time.Second:
		w.Far = "in " + span(d)
	case d <= -time.Second:
		w.Far = span(-d) + " ago"
	default:
		w.Far = "now"
	}
	return w
}

// formatPeriod formats the period that begins at start as Sun 1 Mar 2026, 14:45–15:45 (09:00–10:00
// UTC).
func formatPeriod(start, now time.Time) string {
	return start.In(now.Location()).Format("Mon 2 Jan 2006, ") + usage.PeriodFrom(start).Clock(now.Location())
}

// clockHour formats a local clock hour as 14:00–15:00.
func clockHour(start, now time.Time) string {
	start = start.In(now.Location())
	return fmt.Sprintf("%s–%s", start.Format("15:04"), start.Add(time.Hour).Format("15:04"))
}
