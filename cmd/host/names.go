package main

import (
	"regexp"
	"slices"
	"strings"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/config"
)

// names reads the names of this appliance and of the service's configuration, for the leak gate.
// The plugin's log lines are checked against them too, until they are read again.
func (s *service) names() (anonymize.Names, error) {
	s.known.Store(nil) // so that the names of two cycles are not in memory at the same time
	names, err := namesOf(s.settings)
	s.known.Store(&knownNames{names: names})
	return names, err
}

// knownNames holds names, and the function that treats a log line with them. A large machine has
// thousands of names: they are in memory once, and are released together.
type knownNames struct {
	names anonymize.Names
	key   string              // identity of the key that treat uses
	treat func(string) string // nil until the first line
}

func namesOf(settings config.Settings) (anonymize.Names, error) {
	names, err := anonymize.Appliance("/")
	product := settings.Installed.Profile
	return names.With(anonymize.Configured{
		Names: settings.Names(), Secrets: settings.Secrets(),
		Words: slices.Concat(product.Words(), []string{product.ID, product.Name}),
	}), err
}

// approved matches words that every archive has and that may also be an appliance's name.
var approved = regexp.MustCompile(`usagedata|analytics|localhost`)

// nameFinder returns a function that reports whether a line contains a name of this appliance,
// apart from the approved words. If the names cannot be read, it returns true for every line.
func nameFinder(key anonymize.Key, settings config.Settings) func(string) bool {
	names, _ := namesOf(settings) // the zero names let nothing pass
	return nameFinderOf(names, key, settings)
}

func nameFinderOf(names anonymize.Names, key anonymize.Key, settings config.Settings) func(string) bool {
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
