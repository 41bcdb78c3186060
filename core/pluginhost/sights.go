package pluginhost

import (
	"cmp"
	"net"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

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
				h.sight(&plan, setting.Kind, value)
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

// sight adds what one setting leads to.
func (h *Host) sight(plan *confine.Plan, kind profile.SettingKind, value string) {
	switch kind {
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
		files, folder := around(filepath.Join(h.Root, value))
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

// maxAround bounds the files that one was rotated into.
const maxAround = 256

// around is a folder; or a file with those beside it into which it may have been rotated, and the folder that they lie
// in, to be listed. A file that comes into being later is not readable in this cycle.
func around(at string) (files, folder []string) {
	if info, err := os.Stat(at); err == nil && info.IsDir() {
		return []string{at}, nil
	}
	files = []string{at}
	dir := filepath.Dir(at)
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if isOf(filepath.Base(at), entry.Name()) && entry.Type().IsRegular() && len(files) < maxAround {
			files = append(files, filepath.Join(dir, entry.Name()))
		}
	}
	return files, []string{dir}
}

// isOf reports whether a file may have been rotated into another: usage.csv into usage.csv.1, usage-20260301.csv or
// Usage.CSV, whose names have its own, up to the last point, and then no letter or digit.
func isOf(name, other string) bool {
	stem := strings.ToLower(cmp.Or(strings.TrimSuffix(name, path.Ext(name)), name))
	rest, found := strings.CutPrefix(strings.ToLower(other), stem)
	next, _ := utf8.DecodeRuneInString(rest)
	return found && !unicode.IsLetter(next) && !unicode.IsDigit(next)
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
