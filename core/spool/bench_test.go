package spool

import (
	"fmt"
	"testing"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/test/growth"
)

// documents is how many documents wait in a full spool: four times as many as there are documents of
// 8 KB in 1 MB, the limit of the profiles.
const documents = 500

// BenchmarkPut puts a document into a spool in which one waits, and into a full one. The bodies are
// small, because only their number counts.
func BenchmarkPut(b *testing.B) {
	few, many := filled(b, 1), filled(b, documents)
	n := documents
	putInto := func(s *Spool) func() {
		return func() {
			n++
			name := fmt.Sprint("acme-", n)
			if _, err := s.Put(name, hour(n), []byte("a document"), allowed); err != nil {
				b.Fatal(err)
			}
			if err := s.Remove(name); err != nil {
				b.Fatal(err)
			}
		}
	}
	growth.Compare(b, documents, putInto(few), putInto(many))
}

// BenchmarkWaiting lists the documents as a new process does.
func BenchmarkWaiting(b *testing.B) {
	few, many := filled(b, 1), filled(b, documents)
	list := func(s *Spool) func() {
		return func() {
			if _, err := Look(durable.OS{}, s.dir, s.maxBytes).Waiting(); err != nil {
				b.Fatal(err)
			}
		}
	}
	growth.Compare(b, documents, list(few), list(many))
}

func filled(b *testing.B, n int) *Spool {
	b.Helper()
	s, err := Open(durable.OS{}, b.TempDir(), 1<<20)
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		if _, err := s.Put(fmt.Sprint("acme-", i), hour(i), []byte("a document"), allowed); err != nil {
			b.Fatal(err)
		}
	}
	return s
}
