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
	"polycom.com/usagedata/core/internal/rooted"
	"polycom.com/usagedata/core/profile"
)

// bounds makes a plan from the profile and the sources: a plugin sees the files that the
// administrator configured, and those that the profile declares.
func (h *Host) bounds(binary *os.File, dir string) bounds {
	b, paths := h.plannedBounds(binary, dir)
	h.grantExisting(&b.plan, paths)
	return b
}

// plannedBounds returns the bounds before any file is accessed, and the paths that still must be
// examined.
func (h *Host) plannedBounds(binary *os.File, dir string) (b bounds, paths []configuredPath) {
	p := h.Product.Profile
	plan := confine.Plan{
		Binary: binary, Folder: dir, Memory: p.Limits.MemoryLimit(),
		Children: h.allowChildren, KeepPriority: h.keepPriority,
	}
	plan.Read = h.declaredPaths(p.Confinement.Reads)
	for _, source := range p.Sources {
		given, _ := h.Sources[source.Name].(map[string]any)
		for _, setting := range source.Settings {
			for _, value := range texts(given[setting.Name]) {
				if at := h.permit(&plan, setting, value); at != "" {
					paths = append(paths, configuredPath{source.Name, setting.Name, at})
				}
			}
		}
	}
	plan.Connect = plan.Connect || plan.Internet
	return bounds{plan, p.Confinement.Minimum, h.Environment()}, paths
}

// Readable lists what the plugin may read in its sandbox; see [confine.Plan.Readable]. folder is its
// private folder.
func (h *Host) Readable(folder string) ([]string, error) {
	binary, err := os.Open(h.Product.Plugin())
	if err != nil {
		return nil, err
	}
	defer binary.Close()
	return h.bounds(binary, folder).plan.Readable(), nil
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

// permit adds the addresses and files of one setting to the plan, and returns the path that must be
// examined.
func (h *Host) permit(plan *confine.Plan, setting profile.SourceSetting, value string) (at string) {
	switch setting.Kind {
	case profile.SettingURL:
		if u, err := url.Parse(value); err == nil {
			allowDial(plan, u.Hostname(), portOf(u))
		}
	case profile.SettingAddress:
		if host, port, err := net.SplitHostPort(value); err == nil {
			allowDial(plan, host, port)
		}
	case profile.SettingFile, profile.SettingSecret, profile.SettingCA:
		plan.Read = append(plan.Read, value)
	case profile.SettingPath, profile.SettingPaths:
		plan.Connect = true // it may be the folder of a unix socket
		return value
	}
	return ""
}

// configuredPath is a configured path of the appliance.
type configuredPath struct{ source, setting, at string }

// rotatedFiles holds the results of [withRotated].
type rotatedFiles struct {
	files, folder []string
	complete      bool
}

// grantExisting examines all paths at the same time. If a path's file system does not answer, only
// the path itself is granted, if that is possible: the plugin then waits for it in its own time,
// and reports it.
func (h *Host) grantExisting(plan *confine.Plan, paths []configuredPath) {
	ctx, cancel := lookup.Limited(context.Background())
	defer cancel()
	var pending []lookup.Pending[rotatedFiles]
	for _, one := range paths {
		pending = append(pending, lookup.Begin(func() (rotatedFiles, error) {
			file, dir := h.place(one.at), h.place(filepath.Dir(one.at))
			files, folder, complete := withRotated(file, dir, filepath.Base(one.at))
			return rotatedFiles{files, folder, complete}, nil
		}))
	}
	for i, one := range paths {
		found, err := pending[i].Wait(ctx)
		switch {
		case err != nil:
			h.Log.Warn("a configured path did not answer in time", "source", one.source, "setting", one.setting)
			found.files = []string{filepath.Join(h.Root, one.at)}
		case !found.complete:
			h.Log.Warn("the plugin cannot read all rotated files of a configured file: the folder has too many "+
				"files or cannot be listed", "source", one.source, "setting", one.setting, "readable", len(found.files))
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

func allowDial(plan *confine.Plan, host, port string) {
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

// declaredPaths returns the paths that the profile declares. If the plugin reads another root than
// the machine's, it may read them below that root, and the system's paths too, and nothing else of
// it: a path that is not declared must be missed in a test and not on the appliance. The declared
// paths of the machine itself stay readable, because the libraries of an interpreter may be there.
func (h *Host) declaredPaths(reads []string) (found []string) {
	for _, read := range reads {
		if read == profile.Cores {
			read = h.coresFolder()
		}
		if read != "" {
			found = append(found, read)
		}
	}
	if h.Root == "/" {
		return found
	}
	below, _ := lookup.Do(func() (below []string, _ error) {
		for _, at := range slices.Concat(found, confine.SystemPaths()) {
			below = append(below, h.place(at))
		}
		return below, nil
	})
	return append(found, below...)
}

// place returns where a path of the appliance is on this machine. Below another root than "/", its
// links are resolved as the plugin resolves them; otherwise the kernel will do that.
func (h *Host) place(at string) string {
	return rooted.At(h.Root).Path(strings.TrimPrefix(at, "/"))
}

// coresFolder returns the folder in which the kernel leaves core files, or "" if it cannot be granted:
// a program handles them, each process has a folder, or it holds everything else too.
func (h *Host) coresFolder() string {
	pattern, _ := lookup.Do(func() ([]byte, error) {
		return os.ReadFile(filepath.Join(h.Root, "proc/sys/kernel/core_pattern"))
	})
	folder := path.Dir(strings.TrimSpace(string(pattern)))
	if !path.IsAbs(folder) || slices.Contains(profile.Barred(), folder) {
		return ""
	}
	return folder
}
