package main

import (
	"bytes"
	"strings"
	"testing"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/profile"
)

// CONS-5: the question, the first one and each later one, gives the address of the vendor's privacy
// policy if the profile has it.
func TestAskingGivesThePrivacyPolicy(t *testing.T) {
	p, err := profile.Parse([]byte(acme))
	if err != nil {
		t.Fatal(err)
	}
	for name, former := range map[string]consent.Decision{
		"first": {}, "later": {Choice: consent.Allowed, Profile: 1, Fields: []string{"counts.calls count"}},
	} {
		for _, address := range []string{"", "https://www.example.com/privacy"} {
			p.PrivacyPolicy = address
			var out bytes.Buffer
			if err := ask(p, former, former, streams{in: strings.NewReader("Update\n"), out: &out}); err != nil {
				t.Errorf("%s: got %v", name, err)
			}
			const line = "\nThe vendor collects and uses this data in accordance with its privacy policy: "
			if got := strings.Contains(out.String(), line+address+"\n"); got != (address != "") {
				t.Errorf("%s, address %q: got\n%s", name, address, &out)
			}
		}
	}
}

// CONS-1: `eula`, with which an installer prepares the question, gives the address too.
func TestEULAGivesThePrivacyPolicy(t *testing.T) {
	for _, address := range []string{"", "https://www.example.com/privacy"} {
		var out bytes.Buffer
		if err := printEULA(&out, shownEULA{Policy: address}, "undecided"); err != nil {
			t.Error(err)
		}
		const line = "\nprivacy policy of the vendor: "
		if got := strings.Contains(out.String(), line+address+"\n"); got != (address != "") {
			t.Errorf("address %q: got\n%s", address, &out)
		}
	}
}
