package status

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

var acme = profile.Profile{ID: "acme", Categories: []profile.Category{{Name: "system", Fields: []profile.Field{
	{Name: "serial_number", Kind: kind.Serial},
	{Name: "peers", List: 4, Fields: []profile.Field{{Name: "serial", Kind: kind.Serial},
		{Name: "version", Kind: kind.Version}}},
}}}}

// P5: each rule of the leak gate and of the document has its own hint. The rules are read from the
// source, because no interface lists them, and a new rule must not get the hint for unknown ones.
func TestEachRuleHasAHint(t *testing.T) {
	rule := regexp.MustCompile(`\b[Rr]ule[A-Z]\w*\s+= "([^"]+)"`)
	never := "own names not known" // in this case there is no document
	found := 0
	for _, pattern := range []string{"../anonymize/*.go", "../anonymize/internal/*/*.go", "../document/*.go"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range rule.FindAllStringSubmatch(string(text), -1) {
				found++
				if match[1] != never && hint(acme, "system.peers.version", match[1]) == hint(acme,
					"system.peers.version", "unknown") {
					t.Errorf("%s: rule %q has no hint", file, match[1])
				}
			}
		}
	}
	if want := len(byRule) + len(ofTheVendor) + 1; found != want {
		t.Errorf("got %d rules in the source, want the %d that have hints", found, want)
	}
}

// P5, P16: the hint names the offending content of the value, and the remedy; for a serial number
// it says that the service could not confirm it.
func TestHints(t *testing.T) {
	for _, c := range []struct{ field, rule, want string }{
		{"system.peers.version", "own host name",
			"The value contains this appliance's host name. If that name is a common word or a number, rename the " +
				"appliance. " +
				"Otherwise report"},
		{"system.peers.version", "own address",
			"The value contains an address of this appliance, which it should never do. Please report"},
		{"system.peers.version", "value that was pseudonymized",
			"The value contains a name or an address that is sent as a pseudonym"},
		{"system.peers.version", "value that is not as the profile approves",
			"The plugin sends something here that the product's profile does not approve."},
		{"system.serial_number", "own host name",
			"This service could not confirm the serial number that the plugin reports, and it contains this " +
				"appliance's host " +
				"name. If something is named after"},
		{"system.peers.serial", "name in the hosts file", "This service could not confirm the serial number"},
		{"plugin", "own domain",
			"The version that the plugin reports contains the name of this appliance's domain."},
		{"gone.field", "a later rule", "The value contains something that could identify you. Please report"},
	} {
		if got := hint(acme, c.field, c.rule); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, %s: got %q, want %q …", c.field, c.rule, got, c.want)
		}
	}
}

// [ByHint] groups the fields that share a hint, which is then shown once.
func TestByHint(t *testing.T) {
	var lines []journal.Entry
	for n := range 3 {
		id := "acme-" + string(rune('a'+n))
		for _, w := range [][2]string{{"system.a", "own domain"}, {"system.b", "own address"}, {"system.c",
			"own domain"}} {
			lines = append(lines, journal.Entry{Outcome: journal.Withheld, ID: id, Period: time.Unix(int64(n)*3600, 0),
				Field: w[0], Rule: w[1]})
		}
	}
	groups := ByHint(LookAtWithheld(acme, lines))
	if len(groups) != 2 || len(groups[0]) != 2 || groups[0][1].Field != "system.c" || groups[1][0].Field != "system.b" {
		t.Errorf("got %+v, want a and c together, then b", groups)
	}
}
