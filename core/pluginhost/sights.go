package pluginhost

import (
	"net"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/profile"
)

// bounds makes a plan of the profile and the sources: a plugin sees what the administrator sent it to, and what the
// profile declares.
func (h *Host) bounds(binary *os.File, dir string) bounds {
	p := h.Product.Profile
	plan := confine.Plan{Binary: binary, Folder: dir, Memory: p.Limits.MostMemory(), Children: h.children, Eager: h.eager}
	if h.Root != "/" {
		plan.Read = append(plan.Read, h.Root)
	}
	for _, read := range p.Confinement.Reads {
		plan.Read = append(plan.Read, h.declared(read)...)
	}
	for _, source := range p.Sources {
		configured, _ := h.Sources[source.Name].(map[string]any)
		for _, setting := range source.Settings {
			for _, value := range texts(configured[setting.Name]) {
				h.sight(&plan, source.Name, setting, value)
			}
		}
	}
	plan.Connect = plan.Connect || plan.Internet
	return bounds{plan, p.Confinement.Minimum, h.Environment()}
}

// texts are the values of a setting, which the configuration has checked.
func texts(value any) (found []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		for _, entry := range value {
			if text, ok := entry.(string); ok {
				found = append(found, text)
			}
		}
	}
	return found
}

// sight adds what one setting of a source leads to.
func (h *Host) sight(plan *confine.Plan, source string, setting profile.SourceSetting, value string) {
	switch setting.Kind {
	case profile.SettingURL:
		if u, err := url.Parse(value); err == nil {
			dials(plan, u.Hostname(), portOf(u))
		}
	case profile.SettingAddress:
		if host, port, err := net.SplitHostPort(value); err == nil {
			dials(plan, host, port)
		}
	case profile.SettingFile, profile.SettingSecret, profile.SettingCA:
		plan.Read = append(plan.Read, value)
	case profile.SettingPath, profile.SettingPaths:
		plan.Connect = true // it may be the folder of a unix socket
		files, folder, whole := around(filepath.Join(h.Root, value))
		if !whole {
			h.Log.Warn("the plugin may not read all files that the configured one was rotated into: its folder has too many "+
				"files, or cannot be listed", "source", source, "setting", setting.Name, "readable", len(files))
		}
		plan.Read = append(plan.Read, files...)
		plan.List = append(plan.List, folder...)
	}
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return "443"
}

// dnsPort is needed by TCP too: an answer may be too long for UDP.
const dnsPort = 53

func dials(plan *confine.Plan, host, port string) {
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return
	}
	plan.Internet = true
	plan.Ports = append(plan.Ports, uint16(number))
	if net.ParseIP(host) == nil {
		plan.Ports = append(plan.Ports, dnsPort)
	}
}

// declared is what the profile says that the plugin reads.
func (h *Host) declared(read string) []string {
	if read != profile.Cores {
		return []string{filepath.Join(h.Root, read)}
	}
	pattern, _ := os.ReadFile(filepath.Join(h.Root, "proc/sys/kernel/core_pattern"))
	folder := path.Dir(strings.TrimSpace(string(pattern)))
	if !path.IsAbs(folder) || slices.Contains(profile.Barred(), folder) {
		return nil // a program that handles cores, the folder of each process, or one that holds everything else
	}
	return []string{filepath.Join(h.Root, folder)}
}
