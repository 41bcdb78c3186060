package postgres

import (
	"testing"

	"polycom.com/usagedata/core/sdk/sdktest"
)

// BenchmarkStatistics is what a cycle costs the one who asks: connecting, one question, and the end of the connection.
func BenchmarkStatistics(b *testing.B) {
	source, err := shared.Sources(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	env := sdktest.Env(b, sdktest.On{Root: "/", Sources: map[string]any{Source: source}})
	ask := func(b *testing.B, s *Server) {
		if _, err := s.Statistics(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			s := Open(env)
			ask(b, s)
			s.Close()
		}
	})
	b.Run("further", func(b *testing.B) {
		s := Open(env)
		defer s.Close()
		for asked := 0; b.Loop(); asked++ {
			if asked == maxQueries {
				asked = 0
				s.cost.Queries = 0
			}
			ask(b, s)
		}
	})
}
