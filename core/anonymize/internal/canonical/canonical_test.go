package canonical_test

import (
	"testing"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// ANON-1: a value that does not parse as its kind is treated as a name; it is neither dropped nor
// refused.
func TestWhatDoesNotParseIsAName(t *testing.T) {
	for _, tt := range []struct {
		kind kind.Kind
		text string
	}{
		{kind.Address, "10.20.30.40/506000"}, {kind.Address, "10.20.30.400"}, {kind.Address, "10.20.30"},
		{kind.Address, "n/a?"},
		{kind.MAC, "00:e0:db:12:34"}, {kind.MAC, "eth0"}, {kind.MAC, "1.2.3.4.5.6"}, {kind.Hostname, "two words"},
		{kind.Hostname, "1.2.3"},
		{kind.Email, "jane"}, {kind.Email, "@acme"}, {kind.URI, "boardroom"}, {kind.Phone, "call me"},
		{"surprise", "Jane"},
	} {
		turned, form := canonical.Form(tt.kind, tt.text)
		if turned != kind.Name || form == "" {
			t.Errorf("%s %q: got %s %q, want a name", tt.kind, tt.text, turned, form)
		}
	}
}
