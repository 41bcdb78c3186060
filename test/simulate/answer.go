package simulate

import (
	"io"
	"syscall"
	"time"
)

// answer describes how the collection point treats one connection, or a further request on it.
type answer struct {
	refuse, unreachable bool
	rate                int           // bytes a second; 0: a fast line
	resetOut            int           // reset after this many bytes from the appliance; 0: no reset
	code                int           // status code for the document; 0: no answer
	asks                time.Duration // Retry-After; 0: not sent
	late                time.Duration // delay before the answer
	cut                 int           // bytes of the answer that arrive; 0: all
	ends                error         // error with which the connection ends
	stays               bool          // the other end never closes
	early               bool          // it answers before it has read the document
	floods              int           // unexpected bytes after the answer
	keeps               bool          // if the appliance asks for it, the connection stays open after the answer
	leaves              error         // error with which it then ends; nil: it stays open
}

// takes returns the time that this many bytes need to cross.
func (a answer) takes(d *dice, bytes int) time.Duration {
	took := d.between(time.Microsecond, time.Millisecond)
	if a.rate > 0 {
		took += time.Duration(bytes) * time.Second / time.Duration(a.rate)
	}
	return took
}

// next chooses the answer for the next connection.
func (p *point) next() answer {
	d := p.dice
	p.mu.Lock()
	down, bad := time.Now().Before(p.down), time.Now().Before(p.bad)
	p.mu.Unlock()
	good := answer{code: 201, late: d.between(time.Millisecond, 300*time.Millisecond), ends: io.EOF,
		keeps: !d.chance(4)}
	switch {
	case down:
		p.w.quiet.disturb()
		return answer{refuse: !d.chance(4), unreachable: d.chance(3), code: 503, ends: io.EOF, rate: 1 + d.below(3000)}
	case !bad && !d.chance(30):
		return good
	}
	p.w.quiet.disturb()
	return p.trouble(good)
}

// again chooses the answer to a further request on a connection that was treated like that, and on
// which this many bytes have come from the appliance.
func (p *point) again(former answer, sent int) answer {
	a := p.next()
	if a.refuse || a.unreachable { // closed before the document was stored
		a.refuse, a.unreachable = false, false
		a.code, a.early, a.ends = 0, true, io.EOF
	}
	if a.resetOut > 0 {
		a.resetOut += sent
	}
	a.rate, a.stays = former.rate, a.stays || former.stays
	return a
}

// trouble returns a good answer with a fault in it.
func (p *point) trouble(a answer) answer {
	d := p.dice
	switch d.below(14) {
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
	case 5: // stored, then closed
		a.code, a.ends = 0, io.EOF
	case 6: // stored, then reset
		a.code, a.ends = 0, syscall.ECONNRESET
	case 7: // stored, then silent
		a.code, a.ends, a.stays = 0, nil, true
	case 8:
		a.cut, a.ends = 1+d.below(letter), []error{io.EOF, syscall.ECONNRESET}[d.below(2)]
	case 9:
		a.code = []int{503, 503, 500, 429, 422, 400}[d.below(6)]
		if d.chance(3) && (a.code == 503 || a.code == 429) {
			a.asks = min(d.about(2*time.Hour), 24*time.Hour).Truncate(time.Second)
		}
	case 10:
		a.code, a.early = 503, true
	case 11:
		a.floods = 1 + d.below(200_000)
	case 13: // the connection ends, although the answer says that it stays
		a.keeps, a.leaves = true, []error{io.EOF, syscall.ECONNRESET}[d.below(2)]
	case 12: // closed before the document was stored
		a.code, a.early, a.ends = 0, true, io.EOF
	}
	if d.chance(3) {
		a.rate = 300 + d.below(30_000)
	}
	return a
}
