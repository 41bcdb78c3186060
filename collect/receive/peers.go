package receive

import (
	"net/netip"
	"sync"
	"time"

	"polycom.com/usagedata/collect/listen"
)

// peers counts the requests of each peer in the current minute. The addresses are in memory only, for a
// minute at most.
type peers struct {
	most int // requests a minute; 0 means no limit

	mu     sync.Mutex
	minute time.Time
	counts map[netip.Prefix]int
}

// maxPeers limits the memory. Further peers are not counted, but the other limits hold for them.
const maxPeers = 100_000

func newPeers(most int) *peers { return &peers{most: most, counts: map[netip.Prefix]int{}} }

// may counts a request, and reports whether the peer may send it.
func (p *peers) may(peer netip.Prefix, now time.Time) bool {
	if p.most == 0 || !peer.IsValid() {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if minute := now.Truncate(time.Minute); !minute.Equal(p.minute) {
		p.minute = minute
		p.counts = make(map[netip.Prefix]int, len(p.counts))
	}
	if _, known := p.counts[peer]; !known && len(p.counts) >= maxPeers {
		return true
	}
	p.counts[peer]++
	return p.counts[peer] <= p.most
}

// peerOf returns the network that counts as one peer: [listen.Peer].
func peerOf(remote string) netip.Prefix {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	return listen.Peer(at.Addr())
}
