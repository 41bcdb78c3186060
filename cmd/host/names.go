package main

import (
	"regexp"
	"slices"
	"strings"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/config"
)

// names learns the names of this appliance and of the service's configuration, for the leak gate. The
// plugin's log lines are held against them too, until they are learnt again.
func (s *service) names() (anonymize.Names, error) {
	s.known.Store(nil) // so that those of two cycles are not in memory at once
	names, err := namesOf(s.settings)
	s.known.Store(&known{names: names})
	return names, err
}

// known are names, and what treats a log line by them. A large machine has thousands: they are in
// memory once, and go as a whole.
type known struct {
	names anonymize.Names
	key   string              // the identity of the key that treat has
	treat func(string) string // nil until there is a line
}

func namesOf(settings config.Settings) (anonymize.Names, error) {
	names, err := anonymize.Appliance("/")
	product := settings.Installed.Profile
	return names.With(anonymize.Configured{
		Names: settings.Names(), Secrets: settings.Secrets(),
		Words: slices.Concat(product.Words(), []string{product.ID, product.Name}),
	}), err
}

// approved are words that every archive has and that may be an appliance's name too.
var approved = regexp.MustCompile(`usagedata|analytics|localhost`)

// namedIn returns a function that reports whether a line holds a name of this appliance, apart from
// the words that name none. If the names cannot be learnt, it reports that every line does.
func namedIn(key anonymize.Key, settings config.Settings) func(string) bool {
	names, _ := namesOf(settings) // the zero names let nothing pass
	return namedBy(names, key, settings)
}

func namedBy(names anonymize.Names, key anonymize.Key, settings config.Settings) func(string) bool {
	p := settings.Installed.Profile
	gate := anonymize.Treat(key, p, names, nil).Gate
	return func(line string) bool {
		line = approved.ReplaceAllString(line, " ")
		if p.ID != "" {
			line = strings.ReplaceAll(line, p.ID, " ")
		}
		_, found := gate.Find(line, nil)
		return found
	}
}
