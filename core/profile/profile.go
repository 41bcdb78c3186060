// Package profile holds a product's entry in the registry: its identity, its collection point, its limits, and the
// approved list of categories and fields. What is not in the profile does not leave the appliance.
//
// A profile is a file, profile.yaml, in the folder in which a product is installed. The host enforces the installed
// copy; the plugin embeds the same file, so that its author can't drift from it. The YAML keys below are
// public interface: see CONTRIBUTING before changing one.
package profile

import (
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/kind"
)

// Format is the version of the file's layout that this host reads.
const Format = "usagedata-profile/1"

// Profile is one product's entry.
type Profile struct {
	Format  string `yaml:"format"`  // usagedata-profile/1
	ID      string `yaml:"id"`      // lower-case letters and digits; also the folder's name
	Name    string `yaml:"name"`    // as the customer knows the product
	Version int    `yaml:"version"` // raised with every change of the approved fields

	CollectionPoint CollectionPoint `yaml:"collection_point"`
	Blackout        Blackout        `yaml:"blackout"`
	Limits          Limits          `yaml:"limits"`
	// DNS-1: asked for the collection point's name when the local servers fail; empty: never
	DNSFallback string `yaml:"dns_fallback"`

	Confinement Confinement `yaml:"confinement"`

	Setting    Setting `yaml:"setting"`
	FirstAsked string  `yaml:"first_asked"` // eula or page (CONS-1)
	Analytics  string  `yaml:"analytics"`   // absolute path of analytics.json (VIEW-1)

	Announced  []Announced `yaml:"announced"` // models that a later release will support (REG-1)
	Sources    []Source    `yaml:"sources"`   // what the plugin reads beside the operating system
	Vocabulary []string    `yaml:"vocabulary"`
	Categories []Category  `yaml:"categories"` // dearest first: where a document is too large the last gives way first
}

// CollectionPoint is where documents are sent (SEND-2).
type CollectionPoint struct {
	Host string `yaml:"host"`
	Port int    `yaml:"port"`
	CA   string `yaml:"ca"` // PEM file in the product's folder; empty: the system's authorities
	// Public keys of which one must be in the verified chain, sha256/BASE64, two at least (RFC 7469); none: any that is
	// verified.
	Pins []string `yaml:"pins"`
}

// Blackout is how long before and after the clock hour nothing is sent (SEND-3). Both zero: always open.
type Blackout struct {
	Before time.Duration `yaml:"before"`
	After  time.Duration `yaml:"after"`
}

// Limits bound what is collected and sent (SEND-4) and what the plugin may cost (SEND-5).
type Limits struct {
	Document int64 `yaml:"document"` // bytes of a document before compression; it stays below
	Hour     int64 `yaml:"hour"`     // bytes on the wire in a clock hour, both directions; they stay below
	Spool    int64 `yaml:"spool"`    // bytes of the documents that wait
	// how long a document waits, from the beginning of its period; not given: 720h
	Age       time.Duration `yaml:"age"`
	Collect   time.Duration `yaml:"collect"`   // from the plugin's start to its last answer
	Collector time.Duration `yaml:"collector"` // for one category
	Memory    int64         `yaml:"memory"`    // bytes of memory of the plugin with all that it starts; 0: DefaultMemory
}

// Setting is where the administrator finds the choice in the product's own pages (CONS-2).
type Setting struct {
	Page  string `yaml:"page"`
	Label string `yaml:"label"`
	Asks  bool   `yaml:"asks"` // enabling shows a dialog first (CONS-5)
}

// Announced is a model that can't be selected yet.
type Announced struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// Category is one of the product's data categories.
type Category struct {
	Name   string  `yaml:"name"`
	Doc    string  `yaml:"doc"`
	Fields []Field `yaml:"fields"`
}

// Field is one approved field, in one of four shapes: a scalar; a record (Fields); a bounded list of scalars or records
// (List); numbers by a closed list of keys (By).
type Field struct {
	Name   string    `yaml:"name"`
	Kind   kind.Kind `yaml:"kind"`   // not given for a record
	Unit   string    `yaml:"unit"`   // given for a measure: bytes, percent, …
	Doc    string    `yaml:"doc"`    // what it says
	Why    string    `yaml:"why"`    // why the vendor needs it; a record's parts may inherit it
	Values []string  `yaml:"values"` // closed list of an enum
	By     []string  `yaml:"by"`     // closed list of keys
	Words  []string  `yaml:"words"`  // of a version or license: words that it may hold beside those that any may
	// of a version whose four groups could be an address: the range of each group, as 6-10
	Groups   []string `yaml:"groups"`
	List     int      `yaml:"list"` // at most so many entries; 0: not a list
	Fields   []Field  `yaml:"fields"`
	Reason   string   `yaml:"reason"`   // why it must be free text
	Clear    string   `yaml:"clear"`    // why a serial or license outside license_information goes in clear (ANON-2)
	Measured string   `yaml:"measured"` // now: its value is that of the moment of reading; a record's parts inherit it
}

// Find returns the category of that name.
func (p Profile) Find(category string) (Category, bool) {
	for _, c := range p.Categories {
		if c.Name == category {
			return c, true
		}
	}
	return Category{}, false
}

// Field returns the category's field of that name.
func (c Category) Field(name string) (Field, bool) { return find(c.Fields, name) }

// Field returns the record's part of that name.
func (f Field) Field(name string) (Field, bool) { return find(f.Fields, name) }

func find(fields []Field, name string) (Field, bool) {
	for _, f := range fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Terms are what the field gives the grammar of its kind. The words and ranges were checked when the profile was read.
func (f Field) Terms() kind.Terms {
	groups, _ := kind.ParseRanges(f.Groups)
	return kind.Terms{Values: f.Values, Groups: groups, Known: f.knows}
}

func (f Field) knows(word string) bool {
	return slices.ContainsFunc(f.Words, func(known string) bool { return strings.EqualFold(known, word) })
}

// Words are the profile's own: its vocabulary and the names of its categories and fields. They are approved, so a log
// line may show them.
func (p Profile) Words() []string {
	words := slices.Clone(p.Vocabulary)
	for _, c := range p.Categories {
		words = append(words, c.Name)
		words = append(words, strings.Split(c.Name, "_")...)
		words = appendWords(words, c.Fields)
	}
	return words
}

func appendWords(words []string, fields []Field) []string {
	for _, f := range fields {
		words = append(words, f.Name)
		words = append(words, strings.Split(f.Name, "_")...)
		words = appendWords(words, f.Fields)
	}
	return words
}

// Now is what a field says under measured when its value is that of the moment of reading: use of processors, time
// since the start, calls that are active. Two collects of one period may differ in it. A field that does not say so
// tells the same whenever the same period is read from the same sources.
const Now = "now"

// OfTheMoment tells whether the field's value is that of the moment of reading. A part says what its record says.
func (f Field) OfTheMoment() bool { return f.Measured == Now }

// InClear reports whether the field's values leave as they are although they say which system it is (ANON-2).
func (f Field) InClear() bool { return f.Kind.InClear() }
