package simulate

import (
	"hash/fnv"
	"sync"
	"time"
)

// dice decide everything that is left to chance, by the seed, who throws them, and the moment: nothing depends on which
// of two goroutines is scheduled first. Each of those that may be awake at the same moment has dice of its own.
type dice struct {
	seed uint64
	mu   sync.Mutex
	at   int64
	n    uint64 // asked at this moment
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

// below is 0 up to, not including, n.
func (d *dice) below(n int) int { return int(d.roll() % uint64(n)) }

// chance is true once in so many times; never for 0.
func (d *dice) chance(once int) bool { return once > 0 && d.below(once) == 0 }

// between is a time of at least from and below to, to the nanosecond.
func (d *dice) between(from, to time.Duration) time.Duration {
	return from + time.Duration(d.roll()%uint64(to-from))
}

// about is a time around mean, seldom much longer.
func (d *dice) about(mean time.Duration) time.Duration {
	t := d.between(1, mean)
	for d.chance(2) && t < 20*mean {
		t += d.between(1, mean)
	}
	return t
}
