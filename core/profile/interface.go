package profile

import (
	_ "embed"
	"strings"
	"sync"

	"polycom.com/usagedata/core/yamlfile"
)

//go:embed interfaces.yaml
var interfacesYAML []byte

var interfaces = sync.OnceValue(func() (all []Source) {
	if _, err := yamlfile.Decode("interfaces.yaml", interfacesYAML, &all); err != nil {
		panic(err) // the file is a part of the program
	}
	return all
})

// Interface returns the declaration of a source that a package of the SDK reads.
func Interface(name string) (Source, bool) {
	for _, known := range interfaces() {
		if known.Name == name {
			return known, true
		}
	}
	return Source{}, false
}

// addSettings gives the sources that name an interface its settings, and its doc if they have none.
// It refuses settings of their own, because the package that reads the source does not know them.
func (p Profile) addSettings(found *problems) {
	for i, s := range p.Sources {
		if s.Interface == "" {
			continue
		}
		known, ok := Interface(s.Interface)
		found.require(ok, found.source(i)+".interface", "source %s: unknown interface %q; the interfaces are %s",
			s.Name, s.Interface, interfaceNames())
		found.require(len(s.Settings) == 0, found.source(i)+".settings",
			"source %s has interface and settings: give only one of them", s.Name)
		p.Sources[i].Settings = known.Settings
		if s.Doc == "" {
			p.Sources[i].Doc = known.Doc
		}
	}
}

func interfaceNames() string {
	var names []string
	for _, known := range interfaces() {
		names = append(names, known.Name)
	}
	return strings.Join(names, ", ")
}
