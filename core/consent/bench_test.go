package consent

import (
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/profile"
)

// The gate reads the decision at every byte's way through the socket: with the longest list of fields that a product
// has.
func BenchmarkCheck(b *testing.B) {
	p := longest(b)
	path := filepath.Join(b.TempDir(), "decision.json")
	d := Decision{Choice: Allowed, Time: time.Now(), Actor: "an administrator"}.Accepting(p)
	if err := at(path).Write(d); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := at(path).Check(); err != nil {
			b.Fatal(err)
		}
	}
}

// longest is the product's profile that approves most.
func longest(b *testing.B) (most profile.Profile) {
	files, err := filepath.Glob("../../plugins/*/profile.yaml")
	if err != nil || len(files) == 0 {
		b.Fatalf("got %v, %v", files, err)
	}
	for _, file := range files {
		p, err := profile.Load(filepath.Dir(file))
		if err != nil {
			b.Fatal(err)
		}
		if len(p.Approved()) > len(most.Approved()) {
			most = p
		}
	}
	return most
}
