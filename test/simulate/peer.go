package simulate

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// peer is the collection point's end of one connection.
type peer struct {
	got    []byte
	shook  bool
	header []string // fields of the request's first line
	wants  int      // size of the request
	done   bool
}

// receive takes bytes from the appliance. The caller holds the connection's lock.
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
	then, ends := "ends", a.ends
	stays := a.keeps && p.header[3] == "true" && a.code < 300 && a.cut == 0
	if stays {
		then, ends = staysOpen, a.leaves
	}
	text := fmt.Appendf(nil, "%d %d %s ", a.code, int(a.asks.Seconds()), then)
	text = append(text, bytes.Repeat([]byte{'.'}, letter-len(text))...)
	if a.cut > 0 {
		text = text[:a.cut]
	}
	c.say(a.late, append(text, make([]byte, a.floods)...), ends)
	if stays {
		*p, c.answer = peer{shook: true}, c.w.point.again(a, c.sent)
	}
}

// staysOpen is the word of an answer after which the connection carries another request.
const staysOpen = "stays"
