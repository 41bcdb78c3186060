package anonymize_test

import (
	"fmt"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/anonymize/internal/leak"
	"polycom.com/usagedata/core/kind"
)

// Bugs that released tools of this kind had, one test each (ANON-1).

// An error path returned the original: a value that did not parse as its kind got through.
func TestBugOriginalReturnedOnError(t *testing.T) {
	for field, value := range map[string]string{
		"address": "10.20.30.40/506000", "mac": "00:e0:db:12:34:zz", "hostname": "mcu 8.corp", "email": "jane(at)acme",
		"uri": "sip:", "phone": "ask Jane",
		"user": `ACME\\\\jane`, "site": "CN=Wien,OU", "device": "\\", "system": "=", "name": "%%%",
	} {
		facts, tally := apply(seen("named", field, value))
		if tally.Pseudonymized != 1 || len(facts) != 1 {
			t.Errorf("%s: got %+v, want a pseudonym", field, tally)
		} else if got := facts[0].Value().(string); strings.Contains(got, value) || len(got) < anonymize.TailSize {
			t.Errorf("%s: got the value, want a pseudonym", field)
		}
	}
	c := newCycle()
	if c.token(t, kind.Address, "10.20.30.40/5060") != c.token(t, kind.Address, "10.20.30.40") {
		t.Error("a port after a slash: got another token than the address alone")
	}
}

// The token of .4 was part of the token of .40: values were replaced one after the other in text.
func TestBugTokenOfAPrefix(t *testing.T) {
	c := newCycle()
	short, long := c.token(t, kind.Address, "10.33.7.4"), c.token(t, kind.Address, "10.33.7.40")
	for n := 5; n <= anonymize.TailSize; n++ {
		if strings.Contains(long, short[len("address-"):len("address-")+n]) {
			t.Fatalf("got %d letters of one token in the other", n)
		}
	}
	facts, _ := c.apply(seen("named", "text", "peer 10.33.7.4 and peer 10.33.7.40"))
	if got, want := facts[0].Value(), fmt.Sprintf("peer %s and peer %s", short, long); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// The hash had no key or an empty one: anyone who tried all addresses could reverse it.
func TestBugEmptyKey(t *testing.T) {
	var none anonymize.Key
	facts, tally := cycle{none, acme(), machine()}.apply(seen("named", "address", "10.33.7.4"),
		seen("kept", "users", int64(1)))
	if len(facts) != 1 || tally.Suppressed != 1 || tally.Pseudonymized != 0 {
		t.Errorf("got %d facts %+v, want the address suppressed without a key", len(facts), tally)
	}
	got, _ := anonymize.NewScrubber(none, nil).Scrub("peer 10.33.7.4 lost")
	if got != "peer "+anonymize.Removed+" lost" {
		t.Errorf("got %q, want the address removed without a key", got)
	}
	one, other := newCycle(), newCycle()
	if one.token(t, kind.Address, "10.33.7.4") == other.token(t, kind.Address, "10.33.7.4") {
		t.Error("got one token with two keys")
	}
}

// The hash was cut so short that a table reversed it: here 128 bits are left, and none of them is
// fixed.
func TestBugTruncatedHash(t *testing.T) {
	c := newCycle()
	var letters [anonymize.TailSize]map[byte]bool
	var sites []string
	for i := range 1000 {
		sites = append(sites, fmt.Sprint("site ", i))
	}
	for _, token := range c.tokens(t, kind.Site, sites...) {
		tail := strings.TrimPrefix(token.(string), "site-")
		for at := range letters {
			if letters[at] == nil {
				letters[at] = map[byte]bool{}
			}
			letters[at][tail[at]] = true
		}
	}
	for at, seen := range letters {
		want := 32
		if at == anonymize.TailSize-1 {
			want = 8 // 128 bits are 25 letters of 5 bits and one of 3
		}
		if len(seen) != want {
			t.Errorf("letter %d: got %d different ones, want %d", at, len(seen), want)
		}
	}
}

// The scanner failed open when the host name could not be read.
func TestBugScannerFailsOpen(t *testing.T) {
	var none *anonymize.Gate
	for name, g := range map[string]*anonymize.Gate{
		"none": none, "zero": {}, "without names": anonymize.Treat(anonymize.EphemeralKey(), acme(),
			anonymize.Names{}, nil).Gate,
	} {
		if rule, found := g.Find("harmless", nil); !found || rule != leak.RuleBlind {
			t.Errorf("%s: got %q %v, want nothing to pass", name, rule, found)
		}
		if rule, found := g.FindNumber("1"); !found || rule != leak.RuleBlind {
			t.Errorf("%s: got %q %v for a number, want nothing to pass", name, rule, found)
		}
		if _, ok := g.Clean("harmless", "-"); ok {
			t.Errorf("%s: got a text passed, want nothing to pass", name)
		}
	}
}
