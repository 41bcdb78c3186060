package simulate

import (
	"hash/fnv"
	"sync"
	"time"
)

// dice makes every random choice. The result depends on the seed, the owner and the moment, and
// never on which of two goroutines is scheduled first. Everything that may run at the same moment
// as another has dice of its own.
type dice struct {
	seed uint64
	mu   sync.Mutex
	at   int64
	n    uint64 // rolls at this moment
}

func (w *world) newDice(who string) *dice {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(who))
	return &dice{seed: mix(w.Seed+1) ^ hash.Sum64()}
}

// mix is the finalizer of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (d *dice) roll() uint64 {
	at := time.Now().UnixNano()
	d.mu.Lock()
	defer d.mu.Unlock()
	if at != d.at {
		d.at, d.n = at, 0
	}
	d.n++
	return mix(d.seed ^ mix(uint64(at)^mix(d.n)))
}

// below returns a number from 0 up to, not including, n.
func (d *dice) below(n int) int { return int(d.roll() % uint64(n)) }

// chance reports true once in this many times, and never if once is 0.
func (d *dice) chance(once int) bool { return once > 0 && d.below(once) == 0 }

// between returns a duration of at least from and below to, to the nanosecond.
func (d *dice) between(from, to time.Duration) time.Duration {
	return from + time.Duration(d.roll()%uint64(to-from))
}

// about returns a duration around mean, seldom much longer.
func (d *dice) about(mean time.Duration) time.Duration {
	t := d.between(1, mean)
	for d.chance(2) && t < 20*mean {
		t += d.between(1, mean)
	}
	return t
}
