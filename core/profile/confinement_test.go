package profile

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/protection"
)

// SEND-5: a profile declares the files and resources of its plugin, within limits; if it omits one,
// the plugin gets the least.
func TestConfinement(t *testing.T) {
	p, err := Parse([]byte(good))
	if err != nil || p.Limits.MemoryLimit() != DefaultMemory ||
		len(p.Confinement.Reads)+len(p.Confinement.Minimum) > 0 {
		t.Errorf("without confinement: got %v, %d bytes, %+v", err, p.Limits.MemoryLimit(), p.Confinement)
	}
	p, err = Parse([]byte(strings.Replace(good, "collector: 20s}", "collector: 20s, memory: 67108864}", 1) +
		"confinement: {minimum: [files, network], reads: [/opt/acme, cores]}\n"))
	if err != nil || p.Limits.MemoryLimit() != 64<<20 ||
		!slices.Equal(p.Confinement.Minimum, []protection.Feature{protection.Files, protection.Network}) {
		t.Errorf("got %v, %d bytes, %+v", err, p.Limits.MemoryLimit(), p.Confinement)
	}
	for text, want := range map[string]string{
		"confinement: {minimum: [walls]}\n":        `"walls" must be one of`,
		"confinement: {reads: [/etc]}\n":           "contains more than a plugin may read",
		"confinement: {reads: [/opt/../etc]}\n":    "must be an absolute path without . or ..",
		"confinement: {reads: [opt]}\n":            "must be an absolute path without . or ..",
		"confinement: {reads: [/opt, /]}\n":        "contains more than a plugin may read",
		"confinement: {maximum: [files]}\n":        "maximum",
		"vocabulary: []\nlimits: {memory: 1000}\n": "limits",
	} {
		if _, err := Parse([]byte(good + text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v want …%s…", text, err, want)
		}
	}
	low := strings.Replace(good, "collector: 20s}", "collector: 20s, memory: 1000}", 1)
	if _, err := Parse([]byte(low)); err == nil || !strings.Contains(err.Error(), "memory must be between") {
		t.Errorf("too little memory: got %v", err)
	}
}
