package config

import (
	"strings"
	"testing"
	"time"
)

// COLL-1: with `delivery: file` documents wait for 45 days, and the spool holds as many as these days
// have hours, however long they are. Any other word is an error.
func TestDeliveryByFile(t *testing.T) {
	dir := appliance(t)
	for text, byFile := range map[string]bool{"": false, "delivery: network\n": false, "delivery: file\n": true} {
		s, err := load(t, dir, whole+text)
		if err != nil || s.ByFile() != byFile {
			t.Fatalf("%q: got %t, %v", text, s.ByFile(), err)
		}
		limits, age, spool := s.Installed.Profile.Limits, 30*24*time.Hour, int64(1_000_000)
		if byFile {
			age, spool = 45*24*time.Hour, 45*24*100_000
		}
		if limits.Age != age || limits.Spool != spool {
			t.Errorf("%q: got %s and %d bytes", text, limits.Age, limits.Spool)
		}
	}
	for _, text := range []string{"delivery: usb\n", "delivery: ''\n", "delivery: File\n"} {
		if _, err := load(t, dir, whole+text); err == nil ||
			!strings.Contains(err.Error(), "delivery must be network or file") {
			t.Errorf("%q: got %v", text, err)
		}
	}
}
