package main

import (
	"regexp"
	"slices"
	"strings"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/config"
)

// names learns the names of this appliance and of the service's configuration, for the leak gate.
func (s *service) names() (anonymize.Names, error) { return namesOf(s.settings) }

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
	p := settings.Installed.Profile
	names, _ := namesOf(settings) // the zero names let nothing pass
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
