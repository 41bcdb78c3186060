package networkusage

import "hash/maphash"

// scopes are the scopes of a period, by a hash of their names that means nothing outside of this read.
type scopes struct {
	key   maphash.Seed
	index map[uint64]int32
	list  []scope
}

// scope is what is kept of one.
type scope struct {
	events  [downspeeded + 1]int64
	earlier uint64 // minutes that an earlier file has, by bit
	here    uint64 // minutes that this file has, or an earlier one
}

func newScopes() scopes {
	return scopes{key: maphash.MakeSeed(), index: map[uint64]int32{}}
}

// of finds a scope by its name; the pointer is good until the next call.
func (s *scopes) of(name []byte) (*scope, error) {
	hash := maphash.Bytes(s.key, name)
	at, known := s.index[hash]
	if !known {
		if len(s.list) == MaxScopes {
			return nil, errTooMany
		}
		at = int32(len(s.list))
		s.index[hash] = at
		s.list = append(s.list, scope{})
	}
	return &s.list[at], nil
}

// has notes a row of the scope, and tells whether an earlier file has one of that minute.
func (s *scope) has(minute int) (repeated bool) {
	if s.earlier&(1<<minute) != 0 {
		return true
	}
	s.here |= 1 << minute
	return false
}

// nextFile makes what has been read that of an earlier file.
func (s *scopes) nextFile() {
	for i := range s.list {
		s.list[i].earlier |= s.list[i].here
	}
}

func (s *scopes) withRows() (n int64) { return int64(len(s.list)) }

// most is the most of each event that any one scope has.
func (s *scopes) most() (n [downspeeded + 1]int64) {
	for _, scope := range s.list {
		for place, count := range scope.events {
			n[place] = max(n[place], count)
		}
	}
	return n
}
