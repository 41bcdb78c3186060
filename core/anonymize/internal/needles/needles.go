// Package needles finds any of many short texts in another text in a single pass. It keeps only
// seeded hashes of the texts, so that a set can be printed without revealing them.
//
// For each position it checks one bit, unless a needle may begin there: a filter knows the first
// bytes of every needle. Only if the bit is set, it tries the lengths of the needles with that
// beginning, each by its hash.
package needles

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"slices"
)

// filterBits is chosen for some ten thousand needles: then so few bits are set that most positions
// cost one check, and 32 KB fit into the processor's cache.
const filterBits = 18

// minLength is the length of the shortest needle; shorter ones are not added.
const minLength = 2

// Set is a set of needles. The zero Set cannot be used; [New] makes one.
type Set struct {
	seed   maphash.Seed
	filter []uint64             // of the beginnings in long
	pairs  [1 << 16 / 64]uint64 // of the beginnings in short
	long   index                // needles of four bytes and more, by their first four
	short  index                // by their first two
	marks  table
}

// index holds the lengths of the needles by their beginning. Nearly all are shorter than 64 bytes:
// their lengths are bits, so that the garbage collector has nothing to scan.
type index struct {
	lengths map[uint32]uint64
	longer  map[uint32][]int
}

// New returns an empty set.
func New() *Set {
	empty := func() index { return index{map[uint32]uint64{}, map[uint32][]int{}} }
	return &Set{seed: maphash.MakeSeed(), filter: make([]uint64, 1<<filterBits/64), long: empty(), short: empty()}
}

// Add adds a needle with a mark that [Set.Find] returns. If a needle is added again, its first mark
// stays. Add does not keep the bytes.
func (s *Set) Add(needle []byte, mark uint8) {
	if len(needle) < minLength {
		return
	}
	// A known hash may belong to another needle, so the rest is recorded in any case.
	s.marks.add(maphash.Bytes(s.seed, needle), mark)
	into, begins := &s.short, uint32(0)
	if len(needle) >= 4 {
		into, begins = &s.long, binary.LittleEndian.Uint32(needle)
		bit := slot(begins)
		s.filter[bit/64] |= 1 << (bit % 64)
	} else {
		begins = uint32(binary.LittleEndian.Uint16(needle))
		s.pairs[begins/64] |= 1 << (begins % 64)
	}
	if len(needle) < 64 {
		into.lengths[begins] |= 1 << len(needle)
	} else if !slices.Contains(into.longer[begins], len(needle)) {
		into.longer[begins] = append(into.longer[begins], len(needle))
	}
}

// Find calls found for each needle in text, as text[start:end], until found returns true, and
// reports whether it did.
func (s *Set) Find(text []byte, found func(start, end int, mark uint8) bool) bool {
	for at := range max(len(text)-3, 0) {
		begins := binary.LittleEndian.Uint32(text[at : at+4])
		bit := slot(begins)
		if s.filter[bit/64]&(1<<(bit%64)) != 0 && s.findAt(s.long, begins, text, at, found) {
			return true
		}
	}
	if len(s.short.lengths) == 0 {
		return false
	}
	for at := range max(len(text)-1, 0) {
		begins := uint32(binary.LittleEndian.Uint16(text[at : at+2]))
		if s.pairs[begins/64]&(1<<(begins%64)) != 0 && s.findAt(s.short, begins, text, at, found) {
			return true
		}
	}
	return false
}

// findAt looks for the needles of an index that begin at one position.
func (s *Set) findAt(in index, begins uint32, text []byte, at int, found func(start, end int, mark uint8) bool) bool {
	for left := in.lengths[begins]; left != 0; left &= left - 1 {
		if s.matchAt(text, at, bits.TrailingZeros64(left), found) {
			return true
		}
	}
	for _, length := range in.longer[begins] {
		if s.matchAt(text, at, length, found) {
			return true
		}
	}
	return false
}

// matchAt looks for a needle of that length.
func (s *Set) matchAt(text []byte, at, length int, found func(start, end int, mark uint8) bool) bool {
	if at+length > len(text) {
		return false
	}
	mark, known := s.marks.find(maphash.Bytes(s.seed, text[at:at+length]))
	return known && found(at, at+length, mark)
}

// slot spreads beginnings over the filter (Knuth's multiplier).
func slot(begins uint32) uint32 { return begins * 2654435761 >> (32 - filterBits) }
