package canonical_test

import (
	"testing"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// Form is called for every value of a cycle. Usual texts are ASCII and well formed; they cost no more than their
// parser.
func BenchmarkForm(b *testing.B) {
	for _, bb := range []struct {
		name string
		kind kind.Kind
		text string
	}{
		{"address", kind.Address, "10.33.7.21"}, {"IPv6", kind.Address, "2001:db8::8a2e:370:7334"},
		{"hostname", kind.Hostname, "mcu-7.clinic.example.org"}, {"MAC", kind.MAC, "00:e0:db:12:34:59"},
		{"user", kind.User, "jsmith"}, {"user upper", kind.User, "JSmith"}, {"name", kind.Name, "Boardroom 7"},
		{"sip", kind.URI, "sip:jane.smith@clinic.example.org:5060"}, {"phone", kind.Phone, "+49 89 123456"},
		{"name umlaut", kind.Name, "Müller-Lüdenscheidt"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				canonical.Form(bb.kind, bb.text)
			}
		})
	}
}
