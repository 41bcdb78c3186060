package needles

// table keeps the marks of a million needles in ten bytes each, and grows piece by piece: a map
// would be copied as a whole, and take three times as much memory. An entry has the upper 56 bits
// of a needle's hash, and its mark in the lower eight.
type table struct {
	shards [1 << 8]shard // by the uppermost eight bits of the hash
}

// shard is a hash table with open addressing and linear probing. An empty slot is zero.
type shard struct {
	slots []uint64
	used  int
}

const markBits = 0xff

// add stores the mark, unless the hash has one.
func (t *table) add(hash uint64, mark uint8) {
	entry := entryOf(hash)
	s := &t.shards[hash>>56]
	if s.used*8 >= len(s.slots)*7 {
		s.grow()
	}
	if at := s.seek(entry); s.slots[at] == 0 {
		s.slots[at] = entry | uint64(mark)
		s.used++
	}
}

func (t *table) find(hash uint64) (mark uint8, known bool) {
	s := &t.shards[hash>>56]
	if s.used == 0 {
		return 0, false
	}
	found := s.slots[s.seek(entryOf(hash))]
	return uint8(found & markBits), found != 0
}

// entryOf never returns zero.
func entryOf(hash uint64) uint64 { return hash&^markBits | (markBits + 1) }

// seek returns the slot of an entry, or the empty slot where it belongs.
func (s *shard) seek(entry uint64) int {
	at := int(uint64(uint32(entry>>24)) * uint64(len(s.slots)) >> 32)
	for s.slots[at] != 0 && s.slots[at]&^markBits != entry {
		if at++; at == len(s.slots) {
			at = 0
		}
	}
	return at
}

// grow makes room for a quarter more.
func (s *shard) grow() {
	before := s.slots
	s.slots = make([]uint64, len(before)*5/4+8)
	for _, entry := range before {
		if entry != 0 {
			s.slots[s.seek(entry&^markBits)] = entry
		}
	}
}
