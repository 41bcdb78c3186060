// Package profile holds a product's entry in the registry: its identity, its collection point, its
// limits, and the approved list of categories and fields. Data that is not in the profile does not
// leave the appliance.
//
// A profile is a file, profile.yaml, in the folder in which a product is installed. The host
// enforces the installed copy; the plugin embeds the same file, so that its author cannot drift
// from it. The YAML keys below are public interface: see CONTRIBUTING before changing one.
package profile

import (
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/kind"
)

// Format is the version of the file format that this host reads.
const Format = "usagedata-profile/1"

// Profile is the entry of one product.
type Profile struct {
	Format  string `yaml:"format"`  // usagedata-profile/1
	ID      string `yaml:"id"`      // lower-case letters and digits; also the folder's name
	Name    string `yaml:"name"`    // the product's name as the customer knows it
	Version int    `yaml:"version"` // raised with every change of the approved fields

	CollectionPoint CollectionPoint `yaml:"collection_point"`
	Blackout        Blackout        `yaml:"blackout"`
	Limits          Limits          `yaml:"limits"`
	// DNSFallback is asked for the collection point's name if the local servers fail (DNS-1); empty
	// means never.
	DNSFallback string `yaml:"dns_fallback"`

	Confinement Confinement `yaml:"confinement"`

	Setting    Setting `yaml:"setting"`
	FirstAsked string  `yaml:"first_asked"` // eula or page (CONS-1)
	Analytics  string  `yaml:"analytics"`   // absolute path of analytics.json (VIEW-1)
	// PrivacyPolicy is the https address of the vendor's public privacy policy, which is shown with
	// the question for consent; empty means that none is mentioned.
	PrivacyPolicy string `yaml:"privacy_policy"`

	// Logo is a PNG or SVG in the product's folder, which the page shows; empty means none.
	Logo string `yaml:"logo"`

	Announced  []Announced `yaml:"announced"` // models that a later release will support (REG-1)
	Sources    []Source    `yaml:"sources"`   // what the plugin reads in addition to the operating system
	Vocabulary []string    `yaml:"vocabulary"`
	Counters   []Counter   `yaml:"counters"` // numbers that the host keeps from one cycle to the next
	// most important first: if a document is too large, the last categories are left out first
	Categories []Category `yaml:"categories"`
}

// CollectionPoint is the server to which documents are sent (SEND-2).
type CollectionPoint struct {
	Host string `yaml:"host"`
	Port int    `yaml:"port"`
	CA   string `yaml:"ca"` // PEM file in the product's folder; if empty, the system's authorities
	// Pins are public keys of which one must be in the verified chain, sha256/BASE64, at least two
	// (RFC 7469). If the list is empty, any verified chain is accepted.
	Pins []string `yaml:"pins"`
}

// Blackout is the time before and after the clock hour in which nothing is sent (SEND-3). Both
// must be given, so that a forgotten line does not open the window. If both are zero, the window is
// always open.
type Blackout struct {
	Before time.Duration `yaml:"before"`
	After  time.Duration `yaml:"after"`
}

// Limits bound the collected and sent data (SEND-4) and the plugin's use of resources (SEND-5).
type Limits struct {
	Document int64 `yaml:"document"` // bytes of a document before compression, which must stay below
	Hour     int64 `yaml:"hour"`     // bytes on the wire in a clock hour, both directions, which must stay below
	Spool    int64 `yaml:"spool"`    // bytes of all waiting documents
	// Age is how long a document waits, from the beginning of its period; the default is 720h.
	Age       time.Duration `yaml:"age"`
	Collect   time.Duration `yaml:"collect"`   // from the plugin's start to its last answer
	Collector time.Duration `yaml:"collector"` // for one category
	// bytes of memory of the plugin and all its processes; 0 means [DefaultMemory]
	Memory int64 `yaml:"memory"`
}

// Setting says where the administrator finds the choice in the product's own pages (CONS-2).
type Setting struct {
	Page  string `yaml:"page"`
	Label string `yaml:"label"`
	Asks  bool   `yaml:"asks"` // enabling shows a dialog first (CONS-5)
}

// Announced is a model that cannot be selected yet.
type Announced struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// Counter is a number that the plugin leaves with the host for the next cycle, so that a field can be
// the change since then. It does not leave the appliance.
type Counter struct {
	Name string `yaml:"name"`
	Doc  string `yaml:"doc"` // the counter's meaning
	// Category is the one that needs the counter; if it is left out, the counter is not kept. Empty
	// means that any category may need it.
	Category string `yaml:"category"`
}

// Category is one of the product's data categories.
type Category struct {
	Name string `yaml:"name"`
	Doc  string `yaml:"doc"`
	// Optional means that the administrator can leave the category out.
	Optional bool    `yaml:"optional"`
	Fields   []Field `yaml:"fields"`
	// LeftOut means that the administrator has left it out, see [Profile.LeavingOut].
	LeftOut bool `yaml:"-"`
}

// Field is one approved field, in one of four shapes: a scalar; a record (Fields); a bounded list
// of scalars or records (List); numbers by a closed list of keys (By).
type Field struct {
	Name   string    `yaml:"name"`
	Kind   kind.Kind `yaml:"kind"`   // empty for a record
	Unit   string    `yaml:"unit"`   // only for a measure: bytes, percent, …
	Doc    string    `yaml:"doc"`    // the field's meaning
	Why    string    `yaml:"why"`    // why the vendor needs it; a record's parts may inherit it
	Values []string  `yaml:"values"` // closed list of an enum
	By     []string  `yaml:"by"`     // closed list of keys
	Words  []string  `yaml:"words"`  // words that a version or license may contain in addition to those that any may
	// Groups gives, for a version whose four groups could be an address, the range of each group,
	// such as 6-10.
	Groups []string `yaml:"groups"`
	List   int      `yaml:"list"` // the most entries; 0 if not a list
	Fields []Field  `yaml:"fields"`
	Reason string   `yaml:"reason"` // why it must be free text
	Clear  string   `yaml:"clear"`  // why a serial or license outside license_information is sent in clear (ANON-2)
	// if now, its value is that of the moment of reading; a record's parts inherit it
	Measured string `yaml:"measured"`
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

// CounterNames returns the names of the declared counters.
func (p Profile) CounterNames() (names []string) {
	for _, c := range p.Counters {
		names = append(names, c.Name)
	}
	return names
}

// Terms returns the parts of the field that the grammar of its kind uses. The words and ranges were
// checked when the profile was read.
func (f Field) Terms() kind.Terms {
	groups, _ := kind.ParseRanges(f.Groups)
	return kind.Terms{Values: f.Values, Groups: groups, Known: f.knows}
}

func (f Field) knows(word string) bool {
	return slices.ContainsFunc(f.Words, func(known string) bool { return strings.EqualFold(known, word) })
}

// Words returns the profile's own words: its vocabulary and the names of its categories and fields.
// They are approved, so a log line may show them.
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

// Now is the value of measured for a field whose value is that of the moment of reading: use of
// processors, time since the start, active calls. Two collects of one period may differ in it. Any
// other field must have the same value each time that the same period is read from the same
// sources.
const Now = "now"

// OfTheMoment reports whether the field's value is that of the moment of reading. Parts inherit
// this from their record.
func (f Field) OfTheMoment() bool { return f.Measured == Now }

// InClear reports whether the field's values leave unchanged although they identify the system
// (ANON-2).
func (f Field) InClear() bool { return f.Kind.InClear() }
