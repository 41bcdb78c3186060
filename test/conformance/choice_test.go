package conformance

import "testing"

// The command that repeats a check can be copied into a shell, and collects as often as the run did.
func TestRepeat(t *testing.T) {
	for want, c := range map[string]Config{
		"conformance -product out/acme -seed 7 -run logs.calm": {Product: "out/acme", Collects: DefaultCollects},
		"conformance -product '/srv/it'\\''s new/acme' -baseline 'a b/acme' -root 'a$b' -config 'c;d' -collects 500 " +
			"-seed 7 -run logs.calm": {Product: "/srv/it's new/acme", Baseline: "a b/acme", Root: "a$b", File: "c;d",
			Collects: 500},
	} {
		c.Seed = 7
		if got := (&suite{config: c}).repeat("logs.calm"); got != want {
			t.Errorf("got %s want %s", got, want)
		}
	}
}
