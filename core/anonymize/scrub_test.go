package anonymize_test

import (
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
)

// SEND-5: the memory for a text does not grow with the number of its words.
func TestScrubAllocatesOnce(t *testing.T) {
	s := anonymize.NewScrubber(anonymize.EphemeralKey(), nil)
	for _, text := range []string{
		strings.Repeat("connection to server lost, Version 6.4.0, ", 50),
		strings.Repeat("peer 10.33.7.21:5061 and Jane Smith ", 50),
		strings.Repeat("mac 00:e0:db:12:34:59 at 12:34:56 ", 50),
	} {
		out, _ := s.Scrub(text)
		most := 1.0
		for size := len(text) + 32; size < len(out); size *= 2 {
			most++ // the output is longer than the input
		}
		if got := testing.AllocsPerRun(20, func() { s.Scrub(text) }); got > most {
			t.Errorf("%.20s: got %v allocations, want %v", text, got, most)
		}
	}
}

// ANON-1: a log that is given to support cannot be joined to the documents: its pseudonyms are made
// with a key of their own.
func TestLogsAndDocumentsUseDifferentKeys(t *testing.T) {
	c := newCycle()
	logged, _ := anonymize.NewScrubber(c.key, nil).Scrub("10.33.7.21:5060")
	again, _ := anonymize.NewScrubber(c.key, nil).Scrub("10.33.7.21")
	if logged != again || !tokens.MatchString(logged) {
		t.Errorf("got %s and %s, want one pseudonym in all logs", logged, again)
	}
	if sent := c.token(t, "address", "10.33.7.21"); sent == logged {
		t.Errorf("got %s in the log and in the document, want two pseudonyms", sent)
	}
	facts, _ := c.apply(seen("named", "text", "peer 10.33.7.21"))
	if got, want := facts[0].Value(), "peer "+c.token(t, "address", "10.33.7.21"); got != want {
		t.Errorf("in a text: got %s, want %s as in a field", got, want)
	}
}
