package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"polycom.com/usagedata/core/profile"
)

// configuration returns the administrator's file as it is first installed: the product, and its
// possible sources, commented out.
func configuration(p profile.Profile) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s: configuration of the usage data service on this appliance. `man usagedata` and\n"+
		"# /usr/share/doc/usagedata/ describe all keys; `usagedata check` checks this file.\nproduct: %s\n",
		p.Name, p.ID)
	if len(p.Sources) == 0 {
		return out.String()
	}
	out.WriteString("\n# Sources that the plugin reads in addition to the operating system. If one is not\n" +
		"# configured, the categories that need it are reported as not configured.\n# sources:\n")
	for _, source := range p.Sources {
		fmt.Fprintf(&out, "#   %s: # %s\n", source.Name, source.Doc)
		for _, s := range source.Settings {
			fmt.Fprintf(&out, "#     %s: # %s: %s\n", s.Name, s.Kind, s.Doc)
		}
	}
	return out.String()
}

// usual lists the folders that the units give the service anyway.
var usual = []string{"/var/log/usagedata", "/var/lib/usagedata", "/run/usagedata"}

// folders returns the product's own folders that the service writes: that of analytics.json, where
// the product's log archive expects it.
func folders(p profile.Profile) []string {
	if dir := path.Dir(p.Analytics); !slices.Contains(usual, dir) {
		return []string{dir}
	}
	return nil
}

// forScripts returns the paths that the product's scripts create, and remove on purge.
func forScripts(p profile.Profile) map[string]any {
	with := map[string]any{"ID": p.ID, "Folders": folders(p), "Files": []string(nil)}
	if len(folders(p)) > 0 {
		with["Files"] = []string{p.Analytics}
	}
	return with
}

// dropIn returns the settings that the units need for this product's profile only: more memory if
// it asks for that, the folder of analytics.json, and a home folder that is read. It is empty if
// there are none.
func dropIn(p profile.Profile) string {
	var lines []string
	for _, dir := range folders(p) {
		lines = append(lines, "ReadWritePaths=-"+dir)
	}
	if most := p.Limits.MemoryLimit(); most > profile.DefaultMemory {
		lines = append(lines, fmt.Sprintf("MemoryHigh=%d", most+hostMemory*3/4),
			fmt.Sprintf("MemoryMax=%d", most+hostMemory))
	}
	if slices.ContainsFunc(p.Confinement.Reads, atHome) {
		lines = append(lines, "ProtectHome=read-only")
	}
	if len(lines) == 0 {
		return ""
	}
	return fmt.Sprintf("# Settings that the profile of %s needs in addition to the unit's.\n[Service]\n%s\n",
		p.Name, strings.Join(lines, "\n"))
}

func atHome(read string) bool {
	return strings.HasPrefix(read, "/home/") || strings.HasPrefix(read, "/root/")
}

// hostMemory is the memory that the units allow the host in addition to the plugin's, in bytes.
const hostMemory = 128 << 20
