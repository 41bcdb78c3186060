package scene

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/observe"
)

// World is what a plugin is given to read.
type World struct {
	Root    string         // absolute
	Sources map[string]any // as the administrator configures them
	Names   []string       // what is in it and may be in no value that stays
}

// visit calls with each configured value, by the kind that the profile gives its setting, and puts what is returned in its place.
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

// allows is what the host lets the plugin do: write in its own folder, listen there, and connect to where its sources are.
func (w World) allows(p profile.Profile) func(observe.Act) bool {
	ports, unix := []string{}, false
	w.visit(p, func(kind profile.SettingKind, value string) string {
		if port := portOf(kind, value); port != "" {
			ports = append(ports, port)
		}
		unix = unix || kind == profile.SettingPath || kind == profile.SettingPaths
		return value
	})
	return func(act observe.Act) bool {
		switch act.Kind {
		case observe.Write:
			return act.What == os.DevNull || ownFolder(act.What)
		case observe.Listen:
			path, local := strings.CutPrefix(act.What, "unix ")
			return local && ownFolder(path)
		case observe.Connect:
			return mayConnect(act.What, ports, unix)
		default:
			return false
		}
	}
}

// ownFolder tells a plugin's folder by the name that package frontdoor gives it.
func ownFolder(path string) bool {
	rest, below := strings.CutPrefix(filepath.Clean(path), filepath.Join(os.TempDir(), "ud"))
	return below && strings.Contains(rest, "/")
}

// mayConnect allows the ports of the sources, those of name servers, and the discard port, to which resolvers bind, and send nothing, in
// order to see which address they would use.
func mayConnect(what string, ports []string, unix bool) bool {
	network, address, _ := strings.Cut(what, " ")
	if network == "unix" {
		return unix || ownFolder(address)
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	return slices.Contains(ports, port) || len(ports) > 0 && (port == "53" || network == "udp" && port == "9")
}

func portOf(kind profile.SettingKind, value string) string {
	switch kind {
	case profile.SettingURL:
		u, err := url.Parse(value)
		if err != nil {
			return ""
		}
		if u.Port() == "" {
			return "443"
		}
		return u.Port()
	case profile.SettingAddress:
		_, port, err := net.SplitHostPort(value)
		if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
			return ""
		}
		return port
	}
	return ""
}
