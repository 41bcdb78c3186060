package pluginhost

import (
	"context"
	"net"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/profile"
)

// bounds makes a plan from the profile and the sources: a plugin sees the files that the
// administrator configured, and those that the profile declares.
func (h *Host) bounds(binary *os.File, dir string) bounds {
	b, paths := h.unsighted(binary, dir)
	h.lookAround(&b.plan, paths)
	return b
}

// unsighted returns the bounds before any file is accessed, and the paths that still must be
// examined.
func (h *Host) unsighted(binary *os.File, dir string) (b bounds, paths []configured) {
	p := h.Product.Profile
	plan := confine.Plan{Binary: binary, Folder: dir, Memory: p.Limits.MemoryLimit(), Children: h.children, Eager: h.eager}
	if h.Root != "/" {
		plan.Read = append(plan.Read, h.Root)
	}
	for _, read := range p.Confinement.Reads {
		plan.Read = append(plan.Read, h.declared(read)...)
	}
	for _, source := range p.Sources {
		given, _ := h.Sources[source.Name].(map[string]any)
		for _, setting := range source.Settings {
			for _, value := range texts(given[setting.Name]) {
				if at := h.sight(&plan, setting, value); at != "" {
					paths = append(paths, configured{source.Name, setting.Name, at})
				}
			}
		}
	}
	plan.Connect = plan.Connect || plan.Internet
	return bounds{plan, p.Confinement.Minimum, h.Environment()}, paths
}

// texts returns the values of a setting, which the configuration has already checked.
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

// sight adds the addresses and files of one setting to the plan, and returns the path that must be
// examined.
func (h *Host) sight(plan *confine.Plan, setting profile.SourceSetting, value string) (at string) {
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
		return filepath.Join(h.Root, value)
	}
	return ""
}

// configured is a configured path, below the root.
type configured struct{ source, setting, at string }

// seen holds the results of [around].
type seen struct {
	files, folder []string
	whole         bool
}

// lookAround examines all paths at the same time. If a path's file system does not answer, only the
// path itself is granted, if that is possible: the plugin then waits for it in its own time, and
// reports it.
func (h *Host) lookAround(plan *confine.Plan, paths []configured) {
	ctx, cancel := lookup.Limited(context.Background())
	defer cancel()
	var pending []lookup.Pending[seen]
	for _, one := range paths {
		pending = append(pending, lookup.Begin(func() (seen, error) {
			files, folder, whole := around(one.at)
			return seen{files, folder, whole}, nil
		}))
	}
	for i, one := range paths {
		found, err := pending[i].Wait(ctx)
		switch {
		case err != nil:
			h.Log.Warn("a configured path did not answer in time", "source", one.source, "setting", one.setting)
			found.files = []string{one.at}
		case !found.whole:
			h.Log.Warn("the plugin may not read all files that the configured one was rotated into: its folder has too many "+
				"files, or cannot be listed", "source", one.source, "setting", one.setting, "readable", len(found.files))
		}
		plan.Read = append(plan.Read, found.files...)
		plan.List = append(plan.List, found.folder...)
	}
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return "443"
}

// dnsPort is also needed for TCP, because an answer may be too long for UDP.
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

// declared returns the paths of a read that the profile declares.
func (h *Host) declared(read string) []string {
	if read != profile.Cores {
		return []string{filepath.Join(h.Root, read)}
	}
	pattern, _ := lookup.Do(func() ([]byte, error) {
		return os.ReadFile(filepath.Join(h.Root, "proc/sys/kernel/core_pattern"))
	})
	folder := path.Dir(strings.TrimSpace(string(pattern)))
	if !path.IsAbs(folder) || slices.Contains(profile.Barred(), folder) {
		return nil // a program that handles cores, a folder per process, or a folder that holds everything else
	}
	return []string{filepath.Join(h.Root, folder)}
}
