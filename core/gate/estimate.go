package gate

// estimate is the meter of a connection of which only reads and writes are known. It assumes that
// each crosses twice, in segments of leastSegment bytes with the longest headers, and that each
// segment is acknowledged by a segment of its own. n bytes are 2 (n + h (n / leastSegment + 1)) in
// their direction and 2 h (n / leastSegment + 1) in the other.
type estimate struct {
	ip      int64
	in, out int64
}

func newEstimate(ip int64) *estimate {
	a := &estimate{ip: ip}
	a.wrote(0) // the SYN
	a.read(0)
	return a
}

func (a *estimate) piece(n int) (there, back int64) {
	headers := 2 * (a.ip + tcpHeader + maxOptions) * (int64(n)/leastSegment + 1)
	return 2*int64(n) + headers, headers
}

func (a *estimate) wrote(n int) { a.add(a.piece(n)) }

func (a *estimate) read(n int) {
	there, back := a.piece(n)
	a.add(back, there)
}

func (a *estimate) add(out, in int64) { a.in, a.out = a.in+in, a.out+out }

func (a *estimate) counted() (in, out int64) { return a.in, a.out }

// ahead includes the write, a full flight from the peer, and the end.
func (a *estimate) ahead(write int) (in, out int64) {
	after := *a
	after.read(maxFlight)
	after.wrote(0)
	if write > 0 {
		after.wrote(write)
	}
	return after.in - a.in, after.out - a.out
}

func (*estimate) silent() bool { return true }

func (a *estimate) afterClose(orderly bool) (in, out int64) {
	if !orderly {
		return a.ahead(0)
	}
	return a.piece(0)
}
