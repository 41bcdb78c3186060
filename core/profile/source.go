package profile

import "strings"

// Source is something that the plugin reads in addition to the operating system, with the settings
// that the administrator gives under sources.<name> in config.yaml. The host checks them before the
// plugin gets them.
type Source struct {
	Name string `yaml:"name"`
	Doc  string `yaml:"doc"`
	// Interface is https, postgresql or snmp if a package of the SDK reads the source. It gives the
	// source its settings, and its doc if there is none.
	Interface string          `yaml:"interface"`
	Settings  []SourceSetting `yaml:"settings"`
}

// SourceSetting is one setting of a source.
type SourceSetting struct {
	Name     string      `yaml:"name"`
	Kind     SettingKind `yaml:"kind"`
	Doc      string      `yaml:"doc"`
	Required bool        `yaml:"required"` // if the source is configured
}

// SettingKind says what a setting holds, and so how the host checks it.
type SettingKind string

// The kinds of settings.
const (
	SettingURL     SettingKind = "url"     // https only
	SettingAddress SettingKind = "address" // HOST:PORT
	SettingFile    SettingKind = "file"    // absolute path of a readable file
	SettingSecret  SettingKind = "secret"  // the same, and not readable by everyone
	SettingCA      SettingKind = "ca"      // the same, holding PEM certificates
	// absolute path on the appliance, below the plugin's root; it may come and go
	SettingPath   SettingKind = "path"
	SettingPaths  SettingKind = "paths" // a list of such paths, at most 32
	SettingText   SettingKind = "text"
	SettingNumber SettingKind = "number" // whole, zero or more
	SettingFlag   SettingKind = "flag"
)

var settingKinds = []SettingKind{
	SettingURL, SettingAddress, SettingFile, SettingSecret, SettingCA, SettingPath, SettingPaths, SettingText,
	SettingNumber, SettingFlag,
}

// list returns the kinds, separated by commas, for a message.
func list(kinds []SettingKind) string {
	var names []string
	for _, kind := range kinds {
		names = append(names, string(kind))
	}
	return strings.Join(names, ", ")
}

// Source returns the source of that name.
func (p Profile) Source(name string) (Source, bool) {
	for _, s := range p.Sources {
		if s.Name == name {
			return s, true
		}
	}
	return Source{}, false
}

// Setting returns the source's setting of that name.
func (s Source) Setting(name string) (SourceSetting, bool) {
	for _, setting := range s.Settings {
		if setting.Name == name {
			return setting, true
		}
	}
	return SourceSetting{}, false
}
