package main

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/archive"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/product"
)

// contentsOf returns a closed list of the log archive's contents, and the names that must not occur
// in it.
func contentsOf(settings config.Settings) archive.Contents {
	c, p := settings.Config, settings.Installed
	folders := foldersOf(c)
	decision := folders.Decision()
	key, err := folders.Key().Load()
	if err != nil {
		key = anonymize.EphemeralKey()
	}
	contents := archive.Contents{
		Disk: folders.Disk, Now: time.Now(),
		Analytics: cmp.Or(folders.Analytics, p.Profile.Analytics, filepath.Join(c.Folders.Log, "analytics.json")),
		Journal:   folders.Journal().Files(), Logs: logIn(c).Files(),
		Decision: decision.Path(), History: decision.HistoryPath(), Sent: folders.Sent(),
		Configuration: c.Public(), Versions: versions(p),
		Named:  anyOf(nameFinder(key, settings), configured(c)),
		Person: func(name string) string { return "user-" + key.ID("person", name) },
	}
	if p.Dir != "" {
		contents.Dictionary, _ = dictionary.Page(p.Profile) // if the page cannot be made, it is left out
	}
	return contents
}

// configured returns a function that reports whether a line contains a path or a host that the
// configuration names and that must stay hidden: an error may mention a path.
func configured(c config.Config) func(string) bool {
	hidden := c.Sensitive()
	return func(line string) bool {
		line = strings.ToLower(line)
		return slices.ContainsFunc(hidden, func(place string) bool {
			return strings.Contains(line, strings.ToLower(place))
		})
	}
}

func anyOf(one, other func(string) bool) func(string) bool {
	return func(line string) bool { return one(line) || other(line) }
}

// versions lists the versions of the software, and nothing that identifies the appliance.
func versions(p product.Installed) string {
	var out strings.Builder
	fmt.Fprintf(&out, "usagedata: %s\nbuilt with: %s for %s/%s\n", ownVersion(), runtime.Version(), runtime.GOOS,
		runtime.GOARCH)
	var system unix.Utsname
	if unix.Uname(&system) == nil {
		fmt.Fprintf(&out, "kernel: %s\n", unix.ByteSliceToString(system.Release[:]))
	}
	if p.Dir != "" {
		fmt.Fprintf(&out, "product: %s, %s\nprofile: %d\nplugin: SHA-256 %s\n", p.Profile.ID, p.Profile.Name,
			p.Profile.Version, hex.EncodeToString(p.Sum[:]))
	}
	return out.String()
}
