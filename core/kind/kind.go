// Package kind is the table of kinds. A kind says what sort of value a field holds, and decides what is done to it before it
// may leave the appliance. Everything that must know a kind reads the table: the profile's check, the anonymizer, the SDK, the
// dictionary, the schema, the conformance suite and the leak test. Adding a kind is one row, and its grammar where it has one.
package kind

// Kind is the name of a kind, as in profile.yaml.
type Kind string

// The kinds that a profile may give a field.
const (
	Count    Kind = "count"
	Measure  Kind = "measure"
	Flag     Kind = "flag"
	Enum     Kind = "enum"
	Version  Kind = "version"
	Time     Kind = "time"
	Date     Kind = "date"
	Duration Kind = "duration"
	Serial   Kind = "serial"
	License  Kind = "license"

	Address  Kind = "address"
	MAC      Kind = "mac"
	Hostname Kind = "hostname"
	User     Kind = "user"
	Email    Kind = "email"
	URI      Kind = "uri"
	Phone    Kind = "phone"
	Device   Kind = "device"
	System   Kind = "system"
	Site     Kind = "site"
	Name     Kind = "name"

	Text Kind = "text"
)

// Other stands in the document for an enum value or a key that the profile's closed list does not have.
const Other = "other"

// Treatment is what is done to a value before it may leave the appliance.
type Treatment int

// The treatments. The zero value is the safe one.
const (
	Suppress Treatment = iota // the value is dropped
	Keep
	Pseudonymize
	Scrub
)

var treatments = map[Kind]Treatment{
	Count: Keep, Measure: Keep, Flag: Keep, Enum: Keep, Version: Keep, Time: Keep, Date: Keep, Duration: Keep,
	Serial: Keep, License: Keep,
	Address: Pseudonymize, MAC: Pseudonymize, Hostname: Pseudonymize, User: Pseudonymize, Email: Pseudonymize,
	URI: Pseudonymize, Phone: Pseudonymize, Device: Pseudonymize, System: Pseudonymize, Site: Pseudonymize,
	Name: Pseudonymize,
	Text: Scrub,
}

// Treatment is Suppress for every kind that this version does not know.
func (k Kind) Treatment() Treatment { return treatments[k] }

// Known reports whether k is one of the kinds above.
func (k Kind) Known() bool { return treatments[k] != Suppress }

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
