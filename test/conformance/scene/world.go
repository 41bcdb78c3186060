package scene

import (
	"maps"
	"os"
	"slices"
	"strings"

	"polycom.com/usagedata/core/profile"
)

// World is the input of a plugin.
type World struct {
	Root    string         // absolute
	Sources map[string]any // as the administrator configures them
	Names   []string       // customer's names in it, which no kept value may contain
}

// visit calls change for each configured value, with the [profile.SettingKind] of its setting,
// and returns a world with the results in their place.
func (w World) visit(p profile.Profile, change func(kind profile.SettingKind, value string) string) World {
	sources := map[string]any{}
	for name, configured := range w.Sources {
		settings, _ := configured.(map[string]any)
		changed := map[string]any{}
		for key, value := range settings {
			changed[key] = visited(settingKind(p, name, key), value, change)
		}
		sources[name] = changed
	}
	w.Sources = sources
	return w
}

// hasPath reports whether a source has a path, which may be that of a server's socket.
func (w World) hasPath(p profile.Profile) (found bool) {
	w.visit(p, func(kind profile.SettingKind, value string) string {
		found = found || kind == profile.SettingPath || kind == profile.SettingPaths
		return value
	})
	return found
}

// sourceOf returns the name of the source with the value in its settings.
func (w World) sourceOf(value string) string {
	for _, name := range slices.Sorted(maps.Keys(w.Sources)) {
		settings, _ := w.Sources[name].(map[string]any)
		for _, configured := range settings {
			if configured == value {
				return name
			}
		}
	}
	return ""
}

func visited(kind profile.SettingKind, value any, change func(profile.SettingKind, string) string) any {
	switch value := value.(type) {
	case string:
		return change(kind, value)
	case []any:
		var all []any
		for _, entry := range value {
			all = append(all, visited(kind, entry, change))
		}
		return all
	default:
		return value
	}
}

func settingKind(p profile.Profile, source, key string) profile.SettingKind {
	for _, s := range p.Sources {
		for _, setting := range s.Settings {
			if s.Name == source && setting.Name == key {
				return setting.Kind
			}
		}
	}
	return ""
}

// leastSecret is the length of the shortest secret that is searched for: a shorter text occurs by
// chance.
const leastSecret = 8

// secrets returns the lines of the secret files, and the part of each line after a user name. A
// missing file has no secrets.
func (w World) secrets(p profile.Profile) (all []string) {
	w.visit(p, func(kind profile.SettingKind, value string) string {
		if kind == profile.SettingSecret {
			text, _ := os.ReadFile(value)
			all = append(all, secretsIn(string(text))...)
		}
		return value
	})
	return all
}

func secretsIn(text string) (all []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		_, password, _ := strings.Cut(line, ":")
		for _, secret := range []string{password, line} {
			if len(secret) >= leastSecret && !slices.Contains(all, secret) {
				all = append(all, secret)
			}
		}
	}
	return all
}
