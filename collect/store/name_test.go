package store

import (
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// A valid name stays within the folder, means the same to every file system, is never hidden, and any
// part of its beginning is a prefix.
func FuzzName(f *testing.F) {
	for _, name := range append(wrongNames, "segments/dma/2026-03-01T12Z/a.zst", "a=b/c_d/E-1.f") {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if !validName(name) {
			return
		}
		if !filepath.IsLocal(name) || path.Clean(name) != name || strings.HasPrefix(path.Join("/", name), "/.") ||
			strings.Contains(name, "/.") || strings.ContainsAny(name, "\\%?*:\x00 \n") || len(name) > maxName {
			t.Errorf("%q is valid", name)
		}
		for i := range name {
			if !validPrefix(name[:i]) {
				t.Errorf("%q cannot begin %q", name[:i], name)
			}
		}
		if validName(name+"/") || validName(name+"/.x") || validName("/"+name) {
			t.Errorf("%q with more is valid", name)
		}
	})
}
