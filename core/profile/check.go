package profile

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"polycom.com/usagedata/core/usage"
)

// Bounds on a profile itself, so that a mistake in a profile cannot overload the appliance
// (SEND-5).
const (
	maxBytes   = 100_000 // SEND-4: no profile may ask for more
	maxCollect = 5 * time.Minute
	maxSpool   = 16 << 20
	minAge     = 24 * time.Hour
	maxAge     = 366 * 24 * time.Hour
	maxDepth   = 4
	maxFields  = 400

	maxCounters = 64
)

// The lengths are checked apart from the patterns, here and in checkwords.go: a pattern that counts
// is large, and would be made in each start.
var (
	fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

func isFieldName(text string) bool { return len(text) <= 48 && fieldName.MatchString(text) }

// located formats a problem with the line of the path at which it was found, and reports whether the
// file has a path.
type located interface {
	Errorf(path, format string, args ...any) error
	Has(path string) bool
}

// problems collects all problems, so that an author can fix a profile in one round.
type problems struct {
	file  located
	found []error
}

func (p *problems) require(ok bool, path, format string, args ...any) {
	if !ok {
		p.found = append(p.found, p.file.Errorf(path, format, args...))
	}
}

func (p Profile) check(file located) error {
	found := &problems{file: file}
	found.require(p.Format == Format, "$.format", "format must be %[2]s, not %[1]q", p.Format, Format)
	found.require(usage.IsProduct(p.ID), "$.id",
		"id must be 2 to 32 lower-case letters and digits and begin with a letter")
	found.require(p.Name != "", "$.name", "name is missing")
	found.oneLine(p.Name, "$.name", "name")
	found.require(p.Version > 0, "$.version", "version must be 1 or more")
	found.require(slices.Contains([]string{"eula", "page"}, p.FirstAsked), "$.first_asked",
		"first_asked must be eula or page")
	found.require(filepath.IsAbs(p.Analytics) && filepath.Base(p.Analytics) == "analytics.json", "$.analytics",
		"analytics must be the absolute path of a file named analytics.json")
	found.require(p.Setting.Page != "" && p.Setting.Label != "", "$.setting", "setting must have page and label")
	found.oneLine(p.Setting.Page, "$.setting.page", "page")
	found.oneLine(p.Setting.Label, "$.setting.label", "label")
	p.checkPolicy(found)
	p.checkLogo(found)
	p.checkDelivery(found)
	p.checkAnnounced(found)
	p.addSettings(found)
	p.checkSources(found)
	p.checkConfinement(found)
	p.checkCounters(found)
	p.checkCategories(found)
	return errors.Join(found.found...)
}

func (p Profile) checkDelivery(found *problems) {
	point := p.CollectionPoint
	found.require(IsHost(point.Host), "$.collection_point.host",
		"collection_point.host must be a host name or an address, without https://, port or brackets")
	found.require(point.Port > 0 && point.Port < 65536, "$.collection_point.port",
		"collection_point.port must be between 1 and 65535")
	found.require(filepath.Base(point.CA) == point.CA || point.CA == "", "$.collection_point.ca",
		"collection_point.ca must be the name of a file in the product's folder, without a path")
	if _, err := ParsePins(point.Pins); err != nil {
		found.require(false, "$.collection_point.pins", "collection_point.pins: %w", err)
	}
	b := p.Blackout
	found.require(found.file.Has("$.blackout.before") && found.file.Has("$.blackout.after"), "$.blackout",
		"blackout needs before and after, the times around the hour in which nothing is sent: 5m, or 0s for none")
	found.require(b.Before >= 0 && b.After >= 0 && b.Before+b.After < time.Hour, "$.blackout",
		"blackout.before and blackout.after must not be negative and together be less than 1h")
	l := p.Limits
	found.require(l.Document > 1000 && l.Document <= maxBytes, "$.limits.document",
		"limits.document must be between 1001 and %d bytes", maxBytes)
	found.require(l.Hour > 1000 && l.Hour <= maxBytes, "$.limits.hour",
		"limits.hour must be between 1001 and %d bytes", maxBytes)
	found.require(l.Spool >= l.Document && l.Spool <= maxSpool, "$.limits.spool",
		"limits.spool must be at least limits.document and at most %d bytes", maxSpool)
	found.require(l.Age == 0 || l.Age >= minAge && l.Age <= maxAge, "$.limits.age",
		"limits.age must be between 24h and 8784h")
	found.require(l.Collect > 0 && l.Collect <= maxCollect, "$.limits.collect",
		"limits.collect must be above 0 and at most 5m")
	found.require(l.Collector > 0 && l.Collector <= l.Collect, "$.limits.collector",
		"limits.collector must be above 0 and at most limits.collect")
	_, err := netip.ParseAddr(p.DNSFallback)
	found.require(p.DNSFallback == "" || err == nil, "$.dns_fallback", "dns_fallback must be an IP address")
}

func (p Profile) checkAnnounced(found *problems) {
	for i, a := range p.Announced {
		at := fmt.Sprintf("$.announced[%d]", i)
		found.require(usage.IsProduct(a.ID) && a.ID != p.ID, at+".id",
			"announced[%d].id must be 2 to 32 lower-case letters and digits, and not this product's own", i)
		found.require(a.Name != "", at, "announced[%d].name is missing", i)
		found.oneLine(a.Name, at+".name", "name")
	}
}

// source returns the path of a source in the file.
func (p *problems) source(i int) string { return fmt.Sprintf("$.sources[%d]", i) }

func (p Profile) checkSources(found *problems) {
	seen := map[string]bool{}
	for i, s := range p.Sources {
		at := found.source(i)
		found.require(!seen[s.Name], at+".name", "source %s is listed twice", s.Name)
		seen[s.Name] = true
		found.require(isFieldName(s.Name) && s.Doc != "", at, "a source needs a name in lower case and a doc")
		found.oneLine(s.Doc, at+".doc", "doc")
		for j, setting := range s.Settings {
			at := fmt.Sprintf("%s.settings[%d]", at, j)
			found.require(isFieldName(setting.Name) && setting.Doc != "", at,
				"a setting needs a name in lower case and a doc")
			found.oneLine(setting.Doc, at+".doc", "doc")
			found.require(slices.Contains(settingKinds, setting.Kind), at+".kind",
				"setting %s: unknown kind %q; the kinds are %s", setting.Name, setting.Kind, list(settingKinds))
		}
	}
}

func (p Profile) checkCounters(found *problems) {
	found.require(len(p.Counters) <= maxCounters, "$.counters", "counters has more than %d entries", maxCounters)
	seen := map[string]bool{}
	for i, c := range p.Counters {
		at := fmt.Sprintf("$.counters[%d]", i)
		found.require(isFieldName(c.Name), at, "a counter's name must be lower-case words joined by _")
		found.require(!seen[c.Name], at+".name", "counter %s is listed twice", c.Name)
		found.require(c.Doc != "", at, "counter %s needs a doc", c.Name)
		found.oneLine(c.Doc, at+".doc", "doc")
		_, known := p.Find(c.Category)
		found.require(c.Category == "" || known, at+".category", "counter %s: there is no category %q", c.Name,
			c.Category)
		seen[c.Name] = true
	}
}
