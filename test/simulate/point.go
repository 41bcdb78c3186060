package simulate

import (
	"bytes"
	"crypto/sha256"
	"sync"
	"time"
)

const (
	hello  = 500  // size of the appliance's first message
	flight = 3000 // size of the answer to it: certificates
	letter = 300  // size of the answer to a document
)

// point is the collection point: the documents that it has stored, and its current faults.
type point struct {
	w    *world
	dice *dice
	mu   sync.Mutex
	// down and bad are the times until which it is unreachable, and until which it has all sorts of
	// faults.
	down, bad time.Time
	stored    map[string][sha256.Size]byte // checksum by document id
	periods   map[string]string            // document id by the beginning of its period
}

func newPoint(w *world) *point {
	return &point{w: w, dice: w.newDice("point"), stored: map[string][sha256.Size]byte{}, periods: map[string]string{}}
}

// store stores a document as a collection point does: a resend is the same resource (SEND-1).
func (p *point) store(id string, body []byte) {
	start, err := periodOf(body)
	if err != nil {
		p.w.broken(onlyOnce, "%s is not about an hour of UTC: %v", id, err)
	}
	p.mu.Lock()
	sum := sha256.Sum256(body)
	there, again := p.stored[id]
	twin, twice := p.periods[start]
	p.stored[id], p.periods[start] = sum, id
	p.mu.Unlock()
	p.w.happens("stored", len(body), id)
	if again && there != sum {
		p.w.broken(onlyOnce, "%s was sent again with other bytes", id)
	}
	if twice && twin != id {
		p.w.broken(onlyOnce, "two documents about one period: %s and %s", twin, id)
	}
	if !again {
		p.w.counted(func(c *counts) { c.Accepted++ })
	}
	p.w.ledger.stored(id, sum)
}

// periodOf returns the beginning of the document's period, a full hour of UTC.
func periodOf(body []byte) (string, error) {
	_, rest, _ := bytes.Cut(body, []byte(`"start": "`))
	text, _, _ := bytes.Cut(rest, []byte(`"`))
	_, err := time.Parse("2006-01-02T15:00:00Z", string(text))
	return string(text), err
}
