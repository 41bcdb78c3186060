package consent

import (
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/profile"
)

// The gate reads the decision at every byte's way through the socket: with the longest list of fields that a product has.
func BenchmarkCheck(b *testing.B) {
	p, err := profile.Load("../../plugins/dma")
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "decision.json")
	d := Decision{Choice: Allowed, Time: time.Now(), Actor: "an administrator"}.Accepting(p)
	if err := Write(durable.OS{}, path, d); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := Check(durable.OS{}, path); err != nil {
			b.Fatal(err)
		}
	}
}
