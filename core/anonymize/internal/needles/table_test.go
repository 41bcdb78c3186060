package needles

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"testing"
)

// crowd is enough needles for each shard to grow many times.
const crowd = 100_000

// ANON-1: of a hundred thousand needles each is found, with the first mark that it was given,
// however their hashes are distributed: randomly, all in one shard, and so that nearly all probes
// of a shard begin at its last slot and continue at its first. Other strings are not found, except
// by a chance collision of the hash.
func TestTableOfManyNeedles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, row := range map[string]struct {
		of   func(uint64) uint64
		many int
	}{
		"as they come":         {func(hash uint64) uint64 { return hash }, crowd},
		"in one shard":         {func(hash uint64) uint64 { return hash & (1<<56 - 1) }, crowd},
		"at the end of shards": {func(hash uint64) uint64 { return hash | (1<<32-1)<<24&^(1<<40-1) }, crowd / 10},
		"only few hashes":      {func(hash uint64) uint64 { return hash & (1<<16 - 1) << 40 }, crowd},
	} {
		var marks table
		want, others := map[uint64]uint8{}, map[uint64]bool{}
		for range row.many {
			hash, mark := row.of(random.Uint64()), uint8(random.Uint32())
			marks.add(hash, mark)
			if _, known := want[entryOf(hash)]; !known {
				want[entryOf(hash)] = mark
			}
			others[row.of(random.Uint64())] = true
		}
		for hash, mark := range want {
			if got, known := marks.find(hash); !known || got != mark {
				t.Fatalf("%s: got %d, %v, want %d", name, got, known, mark)
			}
		}
		for hash := range others {
			_, there := want[entryOf(hash)]
			if _, known := marks.find(hash); known != there {
				t.Fatalf("%s: another one: got %v, want %v", name, known, there)
			}
		}
	}
}

// ANON-1: a needle is found even if another one has the same hash.
func TestNeedlesOfOneHash(t *testing.T) {
	for _, needle := range []string{"boardroom", "no", fmt.Sprintf("%080d", 7)} {
		s := New()
		s.marks.add(maphash.String(s.seed, needle), 1) // as if it were another needle's
		s.Add([]byte(needle), 2)
		if !s.Find([]byte("in "+needle), func(start, _ int, _ uint8) bool { return start == 3 }) {
			t.Errorf("%s: got nothing, want it found", needle)
		}
	}
}
