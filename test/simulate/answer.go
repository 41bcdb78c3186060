package simulate

import (
	"io"
	"syscall"
	"time"
)

// answer is what one connection will meet.
type answer struct {
	refuse, unreachable bool
	rate                int           // bytes a second; 0: a fast line
	resetOut            int           // reset after so many bytes from the appliance; 0: not
	code                int           // what it says to the document; 0: nothing
	asks                time.Duration // to be left alone for so long; 0: not
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

// next decides what the next connection meets.
func (p *point) next() answer {
	d := p.dice
	p.mu.Lock()
	down, bad := time.Now().Before(p.down), time.Now().Before(p.bad)
	p.mu.Unlock()
	good := answer{code: 201, late: d.between(time.Millisecond, 300*time.Millisecond), ends: io.EOF}
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
		if d.chance(3) && (a.code == 503 || a.code == 429) {
			a.asks = min(d.about(2*time.Hour), 24*time.Hour).Truncate(time.Second)
		}
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
