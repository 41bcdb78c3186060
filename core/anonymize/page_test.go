package anonymize

import (
	"testing"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/test/wirepage"
)

// PLUG-2: the page for authors in other languages gives the maximum length of a value.
func TestPageHasTheLimits(t *testing.T) {
	wirepage.Limits(t, "core/anonymize", map[string]any{
		"a value that is pseudonymized": wirepage.Bytes(maxNamed),
		"a text":                        wirepage.Bytes(kind.MaxText),
	})
}
