package etag

import (
	"fmt"
	"strings"
	"testing"
)

// memory is a [Store].
type memory map[string][]byte

func (m memory) Recall(key string) ([]byte, bool) { value, ok := m[key]; return value, ok }

func (m memory) Keep(key string, value []byte) { m[key] = value }

// An entry is not kept if its tag is not valid in a header, or if decoding it does not give the
// same value.
func TestNotRemembered(t *testing.T) {
	type tooShort struct {
		Kept   int `json:"kept"`
		hidden int
	}
	kept := memory{}
	Remember(kept, "lossy", `"x"`, tooShort{1, 2})
	Remember(kept, "no JSON", `"x"`, func() {})
	for i, etag := range []string{"", "\"a b\"", "\"\x01\"", "\"ü\"", strings.Repeat("x", maxETag+1)} {
		Remember(kept, fmt.Sprint(i), etag, 1)
	}
	if len(kept) != 0 {
		t.Errorf("got %q, want nothing", kept)
	}
}
