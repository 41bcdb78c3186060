package receive

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"sync"
	"time"
)

// digest is the SHA-256 of a document, unpacked.
type digest [sha256.Size]byte

func digestOf(document []byte) digest { return sha256.Sum256(document) }

func (d digest) hex() string { return hex.EncodeToString(d[:]) }

// headerDigest writes a digest as RFC 9530 does.
func headerDigest(d digest) string {
	return "sha-256=:" + base64.StdEncoding.EncodeToString(d[:]) + ":"
}

// recent remembers which documents this receiver stored in the last hour, and of more than maxRemembered
// the newest. If a document that it has forgotten is sent again, it is stored again, which is harmless.
type recent struct {
	mu     sync.Mutex
	known  map[digest]*memory // by the digest of the id
	oldest []digest           // of the documents that are stored, the oldest first
}

const (
	remembered = time.Hour
	// maxRemembered limits the memory to about 30 MB.
	maxRemembered = 200_000
)

type memory struct {
	sum     digest
	stored  time.Time
	pending chan struct{} // closed when the write has ended; nil once stored
}

// claim is the right to store one document.
type claim struct {
	recent *recent
	id     digest
	own    *memory
	now    time.Time
}

func newRecent() *recent { return &recent{known: map[digest]*memory{}} }

// begin looks up an id. If a document is stored under it, begin returns its digest. If one is being
// written, begin returns a channel that is closed when the write has ended. Otherwise it returns a
// claim, which the caller must end.
func (r *recent) begin(id string, sum digest, now time.Time) (stored digest, pending <-chan struct{}, mine *claim) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(now)
	key := digestOf([]byte(id))
	if known := r.known[key]; known != nil {
		if known.pending != nil {
			return digest{}, known.pending, nil
		}
		return known.sum, nil, nil
	}
	own := &memory{sum: sum, pending: make(chan struct{})}
	r.known[key] = own
	return digest{}, nil, &claim{r, key, own, now}
}

// forget removes the documents that are older than an hour, and the oldest of too many.
func (r *recent) forget(now time.Time) {
	for len(r.oldest) > 0 {
		first := r.known[r.oldest[0]]
		if len(r.oldest) <= maxRemembered && now.Sub(first.stored) < remembered {
			return
		}
		delete(r.known, r.oldest[0])
		r.oldest = r.oldest[1:]
	}
}

// end gives the claim back, and records whether the document was stored.
func (c *claim) end(stored bool) {
	c.recent.mu.Lock()
	defer c.recent.mu.Unlock()
	close(c.own.pending)
	if !stored {
		delete(c.recent.known, c.id)
		return
	}
	c.own.pending, c.own.stored = nil, c.now
	c.recent.oldest = append(c.recent.oldest, c.id)
}
