package simulate

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	hello  = 500  // bytes with which the appliance begins
	flight = 3000 // what the collection point answers to them: certificates
	letter = 300  // its answer to a document
)

// answer is what one connection will meet.
type answer struct {
	refuse, unreachable bool
	rate                int           // bytes a second; 0: a fast line
	resetOut            int           // reset after so many bytes from the appliance; 0: not
	code                int           // what it says to the document; 0: nothing
	late                time.Duration // until it does
	cut                 int           // of its answer only so many bytes come; 0: all
	ends                error         // how it ends
	stays               bool          // it never ends by itself
	early               bool          // it answers before it has read the document
	floods              int           // bytes that nobody asked for, after the answer
}

// takes is how long so many bytes are on their way.
func (a answer) takes(d *dice, bytes int) time.Duration {
	took := d.between(time.Microsecond, time.Millisecond)
	if a.rate > 0 {
		took += time.Duration(bytes) * time.Second / time.Duration(a.rate)
	}
	return took
}

// point is the collection point: what it has stored, and how it is today.
type point struct {
	w    *world
	dice *dice
	mu   sync.Mutex
	// down and bad are until when it is away, and until when it has all sorts of troubles.
	down, bad time.Time
	stored    map[string][sha256.Size]byte // by document id
	periods   map[string]string            // document id by the beginning of its period
}

func newPoint(w *world) *point {
	return &point{w: w, dice: w.newDice("point"), stored: map[string][sha256.Size]byte{}, periods: map[string]string{}}
}

func (p *point) has(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.stored[id]
	return ok
}

// next decides what the next connection meets.
func (p *point) next() answer {
	d := p.dice
	p.mu.Lock()
	down, bad := time.Now().Before(p.down), time.Now().Before(p.bad)
	p.mu.Unlock()
	good := answer{code: 201, late: d.between(time.Millisecond, 300*time.Millisecond), ends: io.EOF}
	switch {
	case down:
		return answer{refuse: !d.chance(4), unreachable: d.chance(3), code: 503, ends: io.EOF, rate: 1 + d.below(3000)}
	case !bad && !d.chance(30):
		return good
	}
	return p.trouble(good)
}

// trouble is a good answer gone wrong.
func (p *point) trouble(a answer) answer {
	d := p.dice
	switch d.below(13) {
	case 0:
		a.refuse = true
	case 1:
		a.unreachable = true
	case 2:
		a.resetOut = 1 + d.below(20_000)
	case 3:
		a.rate = 20 + d.below(3000)
	case 4:
		a.late = d.between(time.Second, 30*time.Second)
	case 5: // stored, then hung up
		a.code, a.ends = 0, io.EOF
	case 6: // stored, then gone
		a.code, a.ends = 0, syscall.ECONNRESET
	case 7: // stored, then silent
		a.code, a.ends, a.stays = 0, nil, true
	case 8:
		a.cut, a.ends = 1+d.below(letter), []error{io.EOF, syscall.ECONNRESET}[d.below(2)]
	case 9:
		a.code = []int{503, 503, 500, 429, 422, 400}[d.below(6)]
	case 10:
		a.code, a.early = 503, true
	case 11:
		a.floods = 1 + d.below(200_000)
	case 12: // hung up before it was stored
		a.code, a.early, a.ends = 0, true, io.EOF
	}
	if d.chance(3) {
		a.rate = 300 + d.below(30_000)
	}
	return a
}

// peer is the collection point's end of one connection.
type peer struct {
	got    []byte
	shook  bool
	header []string // of the request
	wants  int      // bytes of it
	done   bool
}

// receive is called with the connection's lock held.
func (p *peer) receive(c *conn, b []byte) {
	p.got = append(p.got, b...)
	if !p.shook {
		if len(p.got) < hello {
			return
		}
		p.shook, p.got = true, p.got[hello:]
		c.say(roundTrip/2, make([]byte, flight), nil)
	}
	if p.header == nil {
		line, rest, found := bytes.Cut(p.got, []byte("\n"))
		if !found {
			return
		}
		p.header, p.got = strings.Fields(string(line)), rest
		p.wants, _ = strconv.Atoi(p.header[2])
		if c.answer.early {
			p.answer(c)
		}
	}
	if len(p.got) >= p.wants && !p.done {
		length, _ := strconv.Atoi(p.header[1])
		if code := c.answer.code; code < 300 {
			c.w.point.store(p.header[0], p.got[:length])
		}
		p.answer(c)
	}
}

func (p *peer) answer(c *conn) {
	if p.done {
		return
	}
	p.done = true
	a := c.answer
	if a.code == 0 {
		if a.ends != nil {
			c.say(a.late, nil, a.ends)
		}
		return
	}
	text := append(fmt.Appendf(nil, "%d ", a.code), bytes.Repeat([]byte{'.'}, letter-4)...)
	if a.cut > 0 {
		text = text[:a.cut]
	}
	c.say(a.late, append(text, make([]byte, a.floods)...), a.ends)
}

// store keeps a document as a collection point does: a resend is the same resource (SEND-1).
func (p *point) store(id string, body []byte) {
	start := periodOf(body)
	p.mu.Lock()
	sum := sha256.Sum256(body)
	there, again := p.stored[id]
	twin, twice := p.periods[start]
	p.stored[id], p.periods[start] = sum, id
	p.mu.Unlock()
	p.w.happens("stored", len(body), id)
	if again && there != sum {
		p.w.broken("SEND-1: %s was sent again with other bytes", id)
	}
	if twice && twin != id {
		p.w.broken("SEND-1: two documents about one period: %s and %s", twin, id)
	}
	if !again {
		p.w.counted(func(c *Counts) { c.Accepted++ })
	}
	p.w.ledger.stored(id, sum)
}

// periodOf is the instant at which the document's period begins.
func periodOf(body []byte) string {
	_, rest, _ := bytes.Cut(body, []byte(`"start": "`))
	text, _, _ := bytes.Cut(rest, []byte(`"`))
	start, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return "no period: " + err.Error()
	}
	return start.UTC().Format(time.RFC3339)
}
