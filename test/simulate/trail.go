package simulate

import (
	"encoding/binary"
	"fmt"
	"hash"
	"strings"
	"time"
)

// kept is the number of last events that a violation shows.
const kept = 60

// trail holds the last events, and a digest of all of them.
type trail struct {
	hash hash.Hash64
	ring [kept]event
	n    int
}

type event struct {
	at   time.Time
	what string
	n    int
	said []string
}

func (t *trail) add(at time.Time, what string, n int, said []string) {
	t.ring[t.n%kept] = event{at, what, n, said}
	t.n++
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], uint64(at.UnixNano()))
	binary.LittleEndian.PutUint64(b[8:], uint64(n))
	_, _ = t.hash.Write(b[:])
	_, _ = t.hash.Write([]byte(what))
}

func (t *trail) digest() uint64 { return t.hash.Sum64() }

// String returns the last events, with the bubble's own time.
func (t *trail) String() string {
	var b strings.Builder
	for i := max(0, t.n-kept); i < t.n; i++ {
		e := t.ring[i%kept]
		fmt.Fprintf(&b, "  %s %s %d %s\n", e.at.Format("01-02 15:04:05.000000000"), e.what, e.n,
			strings.Join(e.said, " "))
	}
	return b.String()
}
