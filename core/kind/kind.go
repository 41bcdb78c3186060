// Package kind is the table of kinds. A kind says what sort of value a field holds, and determines
// its treatment before it may leave the appliance. All code that must know a kind reads the table:
// the profile's check, the anonymizer, the SDK, the dictionary, the schema, the conformance suite
// and the leak test. To add a kind, add a row, and a grammar if it has one.
package kind

import "slices"

// Kind is the name of a kind, as used in profile.yaml.
type Kind string

// Treatment says what is done to a value before it may leave the appliance.
type Treatment int

// The treatments. The zero value is the safest.
const (
	Suppress Treatment = iota // the value is dropped
	Keep
	Pseudonymize
	Scrub
)

// String returns the treatment's name in documents.
func (t Treatment) String() string {
	switch t {
	case Keep:
		return "keep"
	case Pseudonymize:
		return "pseudonymize"
	case Scrub:
		return "scrub"
	default:
		return "suppress"
	}
}

// Other replaces an enum's value or a key in the document if it is not in the profile's closed
// list.
const Other = "other"

// Shape is a type of Go value that an author may use for a field.
type Shape int

// The shapes, each with its Go type and its type on the wire.
const (
	Whole  Shape = iota // any integer; number
	Real                // any float; real
	Bool                // bool; flag
	String              // string; text
	Moment              // time.Time; text
	Day                 // sdk.Date; text
	Span                // time.Duration; real, in seconds
)

// Terms are the parts of a field's profile that the grammar of its kind uses.
type Terms struct {
	Values []string // the closed list of an enum
	Groups []Range  // ranges for a version of four groups that could be an address; if nil, such a version is refused
	// Known reports whether the profile allows a word, in lower case, in versions and licenses; if
	// nil, no word is allowed.
	Known func(word string) bool
}

func (t Terms) knows(word string) bool { return t.Known != nil && t.Known(word) }

// Grammar returns the canonical form of a raw value (bool, int64, float64 or string), and reports
// whether the value is of the kind. Applied to a canonical form, it returns the same form.
type Grammar func(raw any, t Terms) (value any, ok bool)

// Row describes a kind. The zero [Row] suppresses.
type Row struct {
	Kind      Kind
	Treatment Treatment
	Doc       string  // a value of the kind, in words
	Takes     []Shape // the types that authors may use
	Grammar   Grammar // only for a kept kind
	// Reads lists, for a pseudonymized kind, the kinds in whose notations a text may be written, in
	// the order in which they are tried: a source may give a host by its name or by its address.
	// The value then gets the pseudonym that it has in a field of its own kind. A text in none of
	// these notations is treated as a name.
	Reads []Kind
	// Instead replaces a value that the grammar refuses; the refused value counts as suppressed. If
	// it is empty, the value is dropped.
	Instead string
	Longest int    // most characters of a kept or scrubbed text; 0 if the value is not text
	Schema  string // JSON Schema of a treated value; empty for an enum, whose schema is made from its field
	Example any    // a raw value that the treatment lets pass
	// Planted lists identifiers of the kind, which the leak test gives to fields of every kept
	// kind: each of them must be refused.
	Planted []string
}

// Of returns the row of k, or the zero [Row] if this version does not know k.
func Of(k Kind) Row { return byKind[k] }

// All lists the rows in the order of the table.
func All() []Row { return slices.Clone(table) }

// Names lists the kinds in the order of the table.
func Names() []string {
	var names []string
	for _, row := range table {
		names = append(names, string(row.Kind))
	}
	return names
}

// Treatment returns k's treatment, [Suppress] for a kind that this version does not know.
func (k Kind) Treatment() Treatment { return byKind[k].Treatment }

// Known reports whether k is in the table.
func (k Kind) Known() bool { return byKind[k].Kind != "" }

// InClear reports whether values of the kind leave unchanged although they identify the system
// (ANON-2).
func (k Kind) InClear() bool { return k == Serial || k == License }
