package kind

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

// Literal is not a kind of a field but a notation in [Row.Reads]: an address written so that it can
// be nothing else. In a URI's field, 169936661 is a phone number.
const Literal Kind = "literal address"

// MaxText bounds a free text, in bytes.
const MaxText = 4096

// table has one row per kind. Examples use addresses, names and numbers reserved for documentation
// (RFC 2606, RFC 5737, RFC 7042, 555-01xx). Planted values are of networks that exist or could
// exist, because a grammar must refuse those too.
var table = []Row{
	{Kind: Count, Treatment: Keep, Doc: "whole number, zero or more", Takes: []Shape{Whole}, Grammar: count,
		Schema: `{"type": "integer", "minimum": 0}`, Example: int64(12)},
	{Kind: Measure, Treatment: Keep, Doc: "number in the unit that the profile gives", Takes: []Shape{Whole, Real},
		Grammar: measure,
		Schema:  `{"type": "number"}`, Example: 37.5},
	{Kind: Flag, Treatment: Keep, Doc: "true or false", Takes: []Shape{Bool}, Grammar: flag,
		Schema: `{"type": "boolean"}`, Example: true},
	{Kind: Enum, Treatment: Keep, Doc: "one of the profile's closed list; another value becomes other, and is counted",
		Takes:   []Shape{String},
		Grammar: enum, Instead: Other, Example: ""},
	{Kind: Version, Treatment: Keep, Doc: "numbers joined by dots, with known words before and after",
		Takes: []Shape{String}, Grammar: version, Longest: maxVersion,
		Schema:  `{"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9][A-Za-z0-9 ._+~/()$:-]*$"}`,
		Example: "6.4.0"},
	{Kind: Time, Treatment: Keep, Doc: "moment, to the second, in UTC", Takes: []Shape{Moment},
		Grammar: moment, Longest: 20,
		Schema: `{"type": "string", "pattern": "^(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"}`, Example: "2026-03-01T13:20:00+01:00"},
	{Kind: Date, Treatment: Keep, Doc: "day of the calendar", Takes: []Shape{Day}, Grammar: day, Longest: 10,
		Schema:  `{"type": "string", "pattern": "^(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}`,
		Example: "2026-03-01"},
	{Kind: Duration, Treatment: Keep, Doc: "seconds", Takes: []Shape{Span}, Grammar: duration,
		Schema: `{"type": "number", "minimum": 0}`, Example: int64(90)},
	{Kind: Serial, Treatment: Keep,
		Doc:   "serial number: letters, digits and few signs, at least one digit, not a placeholder",
		Takes: []Shape{String}, Grammar: serial, Longest: maxSerial,
		Schema: `{"type": "string", "minLength": 4, "maxLength": 64, "pattern": "^[A-Za-z0-9 ._/#()-]*[0-9][A-Za-z0-9 ._/#()-]*$"}`, Example: "EXAMPLE-SN-0001"},
	{Kind: License, Treatment: Keep,
		Doc:   "identifier of a license: its number, key or part number, or the identifier of a feature",
		Takes: []Shape{String, Whole}, Grammar: license, Longest: maxLicense,
		Schema: `{"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9]+([ _-][A-Za-z0-9]+)*$"}]}`, Example: "EXAMPLE-LICENSE"},

	{Kind: Address, Treatment: Pseudonymize, Doc: "IP address, with or without port, prefix or zone",
		Takes: []Shape{String}, Reads: []Kind{Address, Hostname},
		Example: "192.0.2.17", Planted: []string{"10.83.201.44", "193.99.144.80", "172.31.4.5",
			"2001:db8:85a3::8a2e:370:7334", "fe80::21b:21ff:fe7a:88c1%eth0"}},
	{Kind: MAC, Treatment: Pseudonymize, Doc: "hardware address, in any notation", Takes: []Shape{String},
		Reads:   []Kind{MAC},
		Example: "00:00:5E:00:53:17", Planted: []string{"00:e0:db:7c:41:9e", "00-e0-db-7c-41-9e", "00e0.db7c.419e",
			"00e0-db7c-419e", "00.e0.db.7c.41.9e"}},
	{Kind: Hostname, Treatment: Pseudonymize, Doc: "name of a host, bare or fully qualified", Takes: []Shape{String},
		Reads:   []Kind{Literal, Hostname},
		Example: "server.example.com", Planted: []string{"kassel-dma01.nordwerk.example", "lic01.nordwerk.example",
			"mail.example.co.uk"}},
	{Kind: User, Treatment: Pseudonymize, Doc: "account, or the name of a person", Takes: []Shape{String},
		Reads:   []Kind{User},
		Example: "jane.doe", Planted: []string{"Anna Weber", "Weber, Anna", "NORDWERK\\aweber",
			"uid=aweber,ou=people,dc=nordwerk,dc=example"}},
	{Kind: Email, Treatment: Pseudonymize, Doc: "address of a mailbox", Takes: []Shape{String}, Reads: []Kind{Email},
		Example: "jane.doe@example.com", Planted: []string{"anna.weber@nordwerk.example", "<aweber@nordwerk.example>"}},
	{Kind: URI, Treatment: Pseudonymize, Doc: "URI of SIP or H.323, or URL", Takes: []Shape{String},
		Reads:   []Kind{URI, Literal},
		Example: "sip:jane.doe@example.com", Planted: []string{"sip:7021@nordwerk.example",
			"https://lic01.nordwerk.example:3333/fne", "h323:anna.weber@10.83.201.44"}},
	{Kind: Phone, Treatment: Pseudonymize, Doc: "number to dial", Takes: []Shape{String}, Reads: []Kind{Phone},
		Example: "+1 202 555 0117", Planted: []string{"+49 561 98765-432", "0561.98765432", "415.555.0123"}},
	{Kind: Device, Treatment: Pseudonymize, Doc: "name or identifier of a device", Takes: []Shape{String},
		Reads: []Kind{Device}, Example: "Jane's tablet"},
	{Kind: System, Treatment: Pseudonymize, Doc: "name of a system", Takes: []Shape{String}, Reads: []Kind{System},
		Example: "cluster-east"},
	{Kind: Site, Treatment: Pseudonymize, Doc: "name of a site", Takes: []Shape{String}, Reads: []Kind{Site},
		Example: "Head Office"},
	{Kind: Name, Treatment: Pseudonymize, Doc: "any other name", Takes: []Shape{String}, Reads: []Kind{Name},
		Example: "Jane Doe", Planted: []string{"Kassel Boardroom", "Nordwerk Vienna"}},

	{Kind: Text, Treatment: Scrub, Doc: "free text, of which only known words are left", Takes: []Shape{String},
		Longest: MaxText,
		Schema:  `{"type": "string", "minLength": 1, "maxLength": 100000}`,
		Example: "call of Jane Doe to 192.0.2.17 failed after 250 ms"},
}

var byKind = func() map[Kind]Row {
	rows := map[Kind]Row{}
	for _, row := range table {
		rows[row.Kind] = row
	}
	return rows
}()
