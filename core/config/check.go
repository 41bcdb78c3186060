package config

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/yamlfile"
)

const notAbsolute = "%s must be an absolute path"

// check validates the keys that need no profile.
func (c Config) check(file *yamlfile.File) error {
	var found []error
	want := func(ok bool, path, format string, args ...any) {
		if !ok {
			found = append(found, file.Errorf(path, format, args...))
		}
	}
	want(c.Product != "", "$.product", "product is missing")
	for _, folder := range []struct{ key, value string }{
		{"$.products", c.Products}, {"$.root", c.Root}, {"$.analytics", c.Analytics},
		{"$.folders.state", c.Folders.State}, {"$.folders.log", c.Folders.Log}, {"$.folders.run", c.Folders.Run},
	} {
		unset := folder.value == "" && folder.key == "$.analytics"
		want(unset || filepath.IsAbs(folder.value), folder.key, notAbsolute, strings.TrimPrefix(folder.key, "$."))
	}
	want(c.Metrics == "" && !file.Has("$.metrics") || filepath.IsAbs(c.Metrics) && filepath.Ext(c.Metrics) == ".prom",
		"$.metrics", "metrics must be an absolute path that ends with .prom")
	want(c.CollectionPoint.Host == "" && !file.Has("$.collection_point.host") || profile.IsHost(c.CollectionPoint.Host),
		"$.collection_point.host",
		"collection_point.host must be a host name or an address, without https://, port or brackets")
	port := c.CollectionPoint.Port
	want(port == 0 && !file.Has("$.collection_point.port") || port > 0 && port < 65536, "$.collection_point.port",
		"collection_point.port must be between 1 and 65535")
	want(slices.Contains([]string{network, byFile}, c.Delivery), "$.delivery", "delivery must be network or file")
	want(slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level), "$.log.level",
		"log.level must be debug, info, warn or error")
	want(c.Log.Size >= 10_000 && c.Log.Size <= 10_000_000, "$.log.size",
		"log.size must be between 10000 and 10000000 bytes")
	want(c.History.Days >= 0 && c.History.Days <= 366, "$.history.days", "history.days must be between 0 and 366")
	want(c.History.Size >= 0 && c.History.Size <= 1<<30, "$.history.size",
		"history.size must be between 0 and 1073741824 bytes")
	want(c.Log.Keep >= 1 && c.Log.Keep <= 20, "$.log.keep", "log.keep must be between 1 and 20")
	return errors.Join(found...)
}

// checkSources compares the configured sources with those that the profile declares. If a file does
// not answer, only its source fails, as any source that does not answer, and not the configuration.
func (s *Settings) checkSources(file *yamlfile.File) error {
	checks := s.checkSettings()
	var found []error
	for _, name := range slices.Sorted(maps.Keys(s.Sources)) {
		settings := s.Sources[name]
		at := "$.sources." + name
		declared, ok := s.Installed.Profile.Source(name)
		if !ok {
			found = append(found, usage.WithHint(file.Errorf(at, "sources.%s: product %s has no such source",
				yamlfile.Visible(name), s.Product),
				sourcesOf(s.Installed.Profile)))
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(settings)) {
			err := <-checks[name+"."+key]
			if errors.Is(err, lookup.TimeoutError{}) {
				s.Late = append(s.Late, "sources."+name+"."+key)
			} else if err != nil {
				found = append(found, file.Errorf(at+"."+key, "%w", err))
			}
		}
		for _, setting := range declared.Settings {
			if _, ok := settings[setting.Name]; setting.Required && !ok {
				found = append(found, file.Errorf(at, "sources.%s.%s is missing", name, setting.Name))
			}
		}
	}
	return errors.Join(found...)
}

// sourcesOf lists a product's sources for a hint.
func sourcesOf(p profile.Profile) string {
	var names []string
	for _, source := range p.Sources {
		names = append(names, source.Name)
	}
	if len(names) == 0 {
		return "the product has no sources: remove this one"
	}
	return "the product's sources are: " + strings.Join(names, ", ")
}

// checkSettings checks all settings of the sources at the same time, because several may be on one
// server that is gone.
func (s *Settings) checkSettings() map[string]chan error {
	checks := map[string]chan error{}
	for name, settings := range s.Sources {
		source, _ := s.Installed.Profile.Source(name)
		for key, value := range settings {
			checked := make(chan error, 1)
			checks[name+"."+key] = checked
			go func() { checked <- CheckSetting(source, key, value) }()
		}
	}
	return checks
}
