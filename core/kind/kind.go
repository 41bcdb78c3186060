// Package kind is the table of kinds. A kind says what sort of value a field holds, and decides what is done to it
// before it may leave the appliance. Everything that must know a kind reads the table: the profile's check, the
// anonymizer, the SDK, the dictionary, the schema, the conformance suite and the leak test. Adding a kind is one row,
// and its grammar where it has one.
package kind

import "slices"

// Kind is the name of a kind, as in profile.yaml.
type Kind string

// Treatment is what is done to a value before it may leave the appliance.
type Treatment int

// The treatments. The zero value is the safe one.
const (
	Suppress Treatment = iota // the value is dropped
	Keep
	Pseudonymize
	Scrub
)

// String names the treatment as the documents do.
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

// Other is the value in the document where an enum's value or a key is not in the profile's closed list.
const Other = "other"

// Shape is a sort of Go value that an author may give for a field.
type Shape int

// The shapes, with what each is on the wire.
const (
	Whole  Shape = iota // any integer; number
	Real                // any float; real
	Bool                // bool; flag
	String              // string; text
	Moment              // time.Time; text
	Day                 // sdk.Date; text
	Span                // time.Duration; real, in seconds
)

// Terms are what a field's profile gives its kind's grammar.
type Terms struct {
	Values []string // the closed list of an enum
	Groups []Range  // of a version of four groups that could be an address; nil: such a version is refused
	// reports whether the profile allows a word, in lower case, in versions and licenses; nil: none
	Known func(word string) bool
}

func (t Terms) knows(word string) bool { return t.Known != nil && t.Known(word) }

// Grammar returns the canonical form of a raw value (bool, int64, float64 or string), and whether the value is one of
// the kind. A canonical form is its own canonical form.
type Grammar func(raw any, t Terms) (value any, ok bool)

// Row is all that is known of a kind. The zero Row suppresses.
type Row struct {
	Kind      Kind
	Treatment Treatment
	Doc       string  // a value of the kind, in words
	Takes     []Shape // how authors give it
	Grammar   Grammar // of a kept kind
	// Reads lists, for a pseudonymized kind, the kinds whose notations a text may be in, in the order in which they are
	// tried: a source gives a host by its name or by its address. The thing then has the pseudonym that it has in a field
	// of its own kind. What is in none of them is a name.
	Reads []Kind
	// Instead is the value where the grammar refuses one; the refused value counts as suppressed. Empty: nothing is kept.
	Instead string
	Longest int    // characters of a kept or scrubbed text; 0: the value is no text
	Schema  string // JSON Schema of a treated value; empty for an enum, whose field has it
	Example any    // a raw value that the treatment lets pass
	// Planted are identifiers of the kind, which the leak test gives to fields of every kept kind: none may pass.
	Planted []string
}

// Of returns the row of k, and the zero Row for a kind that this version does not know.
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

// Treatment is Suppress for every kind that this version does not know.
func (k Kind) Treatment() Treatment { return byKind[k].Treatment }

// Known reports whether k is in the table.
func (k Kind) Known() bool { return byKind[k].Kind != "" }

// InClear reports whether values of the kind leave as they are although they say which system it is (ANON-2).
func (k Kind) InClear() bool { return k == Serial || k == License }
