package usage

// Kind is what sort of value a field holds. It decides the value's treatment, and nothing else does.
type Kind string

// The kinds a profile may give a field.
const (
	Count    Kind = "count"    // whole number, zero or more
	Measure  Kind = "measure"  // number with the unit that the profile states
	Flag     Kind = "flag"     // true or false
	Enum     Kind = "enum"     // one of the profile's closed list; anything else becomes Other
	Version  Kind = "version"  // digits, dots and a short tail
	Time     Kind = "time"     // RFC 3339, written in UTC to the second
	Duration Kind = "duration" // seconds
	Serial   Kind = "serial"   // in clear by ANON-2
	License  Kind = "license"  // in clear by ANON-2

	Address  Kind = "address"  // IP address, with or without port, prefix or zone
	MAC      Kind = "mac"      // hardware address
	Hostname Kind = "hostname" // bare or fully qualified
	User     Kind = "user"
	Email    Kind = "email"
	URI      Kind = "uri" // SIP, H.323, URL
	Phone    Kind = "phone"
	Device   Kind = "device"
	System   Kind = "system"
	Site     Kind = "site"
	Name     Kind = "name" // anything else that names

	Text Kind = "text" // free text; discouraged, a profile must give a reason
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
	Count: Keep, Measure: Keep, Flag: Keep, Enum: Keep, Version: Keep, Time: Keep, Duration: Keep,
	Serial: Keep, License: Keep,
	Address: Pseudonymize, MAC: Pseudonymize, Hostname: Pseudonymize, User: Pseudonymize, Email: Pseudonymize,
	URI: Pseudonymize, Phone: Pseudonymize, Device: Pseudonymize, System: Pseudonymize, Site: Pseudonymize,
	Name: Pseudonymize,
	Text: Scrub,
}

// Treatment is Suppress for every kind that this version does not know.
func (k Kind) Treatment() Treatment { return treatments[k] }

// Known tells whether k is one of the kinds above.
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
