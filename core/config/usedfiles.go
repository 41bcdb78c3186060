package config

import (
	"maps"
	"path/filepath"
	"slices"

	"polycom.com/usagedata/core/profile"
)

// File is a file or a folder, with the key of the configuration that names it.
type File struct{ Key, Path string }

// Files returns the files that the service must be able to read: those of the product, see
// [product.Installed], and those that the configuration names.
func (s *Settings) Files() (all []File) {
	for _, name := range s.Installed.Files() {
		all = append(all, File{"products", filepath.Join(s.Installed.Dir, name)})
	}
	point := s.Config.CollectionPoint
	all = append(all, File{"collection_point.ca", point.CA}, File{"collection_point.certificate", point.Certificate},
		File{"collection_point.key", point.Key}, File{"proxy.credentials", s.Proxy.Credentials})
	for _, name := range slices.Sorted(maps.Keys(s.Sources)) {
		declared, _ := s.Installed.Profile.Source(name)
		for _, setting := range declared.Settings {
			text, _ := s.Sources[name][setting.Name].(string)
			key := "sources." + name + "." + setting.Name
			if opened[setting.Kind] && !slices.Contains(s.Late, key) {
				all = append(all, File{key, text})
			}
		}
	}
	return slices.DeleteFunc(all, func(f File) bool { return f.Path == "" })
}

// opened are the kinds of settings that name a file which is opened.
var opened = map[profile.SettingKind]bool{
	profile.SettingFile: true, profile.SettingSecret: true, profile.SettingCA: true,
}

// OwnFolders returns the folders that the service must be able to write. The run folder is not
// among them, because each start of the service makes it.
func (s *Settings) OwnFolders() []File {
	own := []File{{"folders.state", s.Folders.State}, {"folders.log", s.Folders.Log},
		{"analytics", filepath.Dir(s.Analytics)}}
	if s.Metrics != "" {
		own = append(own, File{"metrics", filepath.Dir(s.Metrics)})
	}
	return own
}
