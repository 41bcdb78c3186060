package clock

import (
	"cmp"
	"errors"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/regular"
)

// posixForm matches a POSIX time zone, such as EST5EDT, <+0330>-3:30 and
// CET-1CEST,M3.5.0,M10.5.0/3. As in glibc, rules may be missing. glibc also ignores text that it
// cannot read, and replaces an offset of 530 hours by the nearest limit; such text does not match
// here.
var posixForm = func() *regexp.Regexp {
	const (
		name   = `[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>`
		parts  = `(?::[0-5]?\d){0,2}` // minutes and seconds
		offset = `[+-]?0*(?:2[0-4]|1?\d)` + parts
		moment = `[+-]?0*(?:16[0-7]|1[0-5]\d|\d?\d)` + parts
		julian = `J0*(?:36[0-5]|3[0-5]\d|[12]\d\d|[1-9]\d?)`
		day    = `0*(?:36[0-5]|3[0-5]\d|[12]?\d?\d)`
		weekly = `M0*(?:1[0-2]|[1-9])\.0*[1-5]\.0*[0-6]`
		rule   = `(?:` + julian + `|` + day + `|` + weekly + `)(?:/` + moment + `)?`
		rules  = `(?:,(?:(` + rule + `)(?:,(` + rule + `)?)?)?)?`
	)
	return regexp.MustCompile(`\A(` + name + `)(` + offset + `)(?:(` + name + `)(` + offset + `)?` + rules + `)?\z`)
}()

// maxName bounds the name of a zone, in characters. A pattern that counts to it would be large, and
// made in each start.
const maxName = 99

// partsOf returns the parts of a POSIX time zone, or nil if the text is none.
func partsOf(zone string) []string {
	part := posixForm.FindStringSubmatch(zone)
	if part == nil || max(len(strings.Trim(part[1], "<>")), len(strings.Trim(part[3], "<>"))) > maxName {
		return nil
	}
	return part
}

// complete reports whether a POSIX time zone has all the parts that the end of a zone file needs.
func complete(zone string) bool {
	part := partsOf(zone)
	return part != nil && (part[3] == "" || part[6] != "")
}

// posix is a POSIX time zone.
type posix struct {
	standard, summer local
	from, to         rule // of summer time, if summer has a name
}

// local is standard or summer time of a zone.
type local struct {
	name string
	east time.Duration // ahead of UTC
}

var errNoZone = errors.New("it is neither a time zone of this system nor a POSIX time zone")

// parse reads a POSIX time zone. zones is the folder of the zone files.
func parse(zone, zones string) (posix, error) {
	part := partsOf(zone)
	if part == nil {
		return posix{}, errNoZone
	}
	p := posix{standard: local{strings.Trim(part[1], "<>"), -duration(part[2])}}
	if part[3] == "" {
		return p, nil
	}
	p.summer = local{strings.Trim(part[3], "<>"), p.standard.east + time.Hour}
	if part[4] != "" {
		p.summer.east = -duration(part[4])
	}
	if part[5] == "" {
		return p.withDefaultRules(zones)
	}
	p.from, p.to = ruleOf(part[5]), ruleOf(cmp.Or(part[6], "M11.1.0"))
	return p, nil
}

// withDefaultRules adds the default rules to a zone without rules. glibc takes them from the zone
// file posixrules, which is New York's. It intends to move New York's shifts by the difference
// between the two zones, but moves them in the wrong direction. We do the same, because every
// program on this appliance that asks glibc shows that time. Without the file the rules are those
// of POSIX.
func (p posix) withDefaultRules(zones string) (posix, error) {
	const newYork = "EST5EDT,M3.2.0,M11.1.0"
	p.from, p.to = ruleOf("M3.2.0"), ruleOf("M11.1.0")
	text, err := regular.Read(filepath.Join(zones, "posixrules"), maxZone)
	if missing(err) {
		return p, nil
	}
	if rule, damaged := footer(text); err != nil || damaged != nil || rule != newYork {
		return p, errors.New("it does not say when its summer time begins and ends")
	}
	p.from.moment, p.to.moment = 12*time.Hour+2*p.standard.east, 6*time.Hour+2*p.summer.east
	return p, nil
}

// duration reads [+-]hours[:minutes[:seconds]]. The text must be part of a match of posixForm.
func duration(text string) time.Duration {
	units := []time.Duration{time.Hour, time.Minute, time.Second}
	var sum time.Duration
	for i, part := range strings.Split(strings.TrimLeft(text, "+-"), ":") {
		sum += time.Duration(number(part)) * units[i]
	}
	if strings.HasPrefix(text, "-") {
		return -sum
	}
	return sum
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}
