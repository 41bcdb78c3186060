package gate

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/test/nameserver"
)

// public is the address of the [Fallback] name server. In these tests connections to it reach a
// server on loopback.
const public = "8.8.8.8"

var (
	unknown = nameserver.Answer{RCode: dnsmessage.RCodeNameError}
	known   = nameserver.Answer{Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.80"),
		netip.MustParseAddr("2001:db8::80")}}
	silent   = nameserver.Answer{Silent: true}
	failing  = nameserver.Answer{RCode: dnsmessage.RCodeServerFailure}
	refusing = nameserver.Answer{RCode: dnsmessage.RCodeRefused}
	both     = []string{"192.0.2.80", "2001:db8::80"}
)

// nameServers is a [Gate] with a local name server and the fallback; it records the questions that
// they get.
type nameServers struct {
	*world
	local, fallback *nameserver.Server

	mu       sync.Mutex
	reported []FallbackResult
}

func always(a nameserver.Answer) func(string, dnsmessage.Question) nameserver.Answer {
	return func(string, dnsmessage.Question) nameserver.Answer { return a }
}

func newNameServers(t *testing.T, local, fallback func(string, dnsmessage.Question) nameserver.Answer) *nameServers {
	t.Helper()
	w := &nameServers{world: newWorld(t, "13:30:00", budgetPath(t)), local: startServer(t, local),
		fallback: startServer(t, fallback)}
	w.Fallback = Fallback{Name: name, Server: netip.MustParseAddr(public), Report: func(a FallbackResult) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.reported = append(w.reported, a)
	}}
	w.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		w.dials.Add(1)
		to := w.local
		if address == net.JoinHostPort(public, "53") {
			to = w.fallback
		}
		return (&net.Dialer{ControlContext: setSocketOptions}).DialContext(ctx, network, to.Address())
	}
	return w
}

func startServer(t *testing.T, answer func(string, dnsmessage.Question) nameserver.Answer) *nameserver.Server {
	t.Helper()
	s, err := nameserver.Start(answer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// isAsked compares the questions, in any order of the families; a repeated question counts once.
func isAsked(t *testing.T, who string, s *nameserver.Server, want ...string) {
	t.Helper()
	got := s.Asked()
	slices.Sort(got)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("%s was asked (-want +got):\n%s", who, diff)
	}
}

// DNS-1: if the local name servers answer that the name does not exist, the fallback is asked, and
// its addresses are used.
func TestFallbackIsAskedAfterNoSuchName(t *testing.T) {
	for what, local := range map[string]nameserver.Answer{"no such name": unknown, "no address": {}} {
		w := newNameServers(t, always(local), always(known))
		got, err := w.resolve(t.Context(), name)
		if diff := cmp.Diff(both, got); err != nil || diff != "" {
			t.Errorf("%s: got %v (-want +got):\n%s", what, err, diff)
		}
		isAsked(t, "the fallback", w.fallback, "udp A "+name+".", "udp AAAA "+name+".")
		if diff := cmp.Diff([]FallbackResult{Found}, w.reported); diff != "" {
			t.Errorf("%s: reported (-want +got):\n%s", what, diff)
		}
	}
}

// DNS-1: the fallback is asked for no other name and at no other time.
func TestFallbackIsNotAsked(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		local  nameserver.Answer
		change func(*nameServers)
		host   string
	}{
		"the local server answers": {local: known},
		"another name":             {local: unknown, host: "proxy.example.invalid"},
		"a name below":             {local: unknown, host: "www." + name},
		"a bare name": {local: unknown, host: "collection",
			change: func(w *nameServers) { w.Fallback.Name = "collection" }},
		"a profile without a fallback": {local: unknown, change: func(w *nameServers) { w.Fallback = Fallback{} }},
		"no server given": {local: unknown,
			change: func(w *nameServers) { w.Fallback.Server = netip.Addr{} }},
		"the local server fails":         {local: failing},
		"the local server refuses":       {local: refusing},
		"the local server sends garbage": {local: nameserver.Answer{Raw: []byte("noise")}},
		"window closed":                  {local: unknown, change: func(w *nameServers) { w.step(26 * time.Minute) }},
		"no consent":                     {local: unknown, change: func(w *nameServers) { w.withdrawn.Store(true) }},
		"budget spent":                   {local: unknown, change: func(w *nameServers) { spend(t, w.world, limit-1) }},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel() // the resolver waits long for an answer to follow the noise
			w := newNameServers(t, always(c.local), always(known))
			if c.change != nil {
				c.change(w)
			}
			host := name
			if c.host != "" {
				host = c.host
			}
			if _, err := w.resolve(t.Context(), host); (err == nil) != (what == "the local server answers") {
				t.Errorf("look-up: got %v", err)
			}
			isAsked(t, "the fallback", w.fallback)
			if w.reported != nil {
				t.Errorf("reported: got %v, want nothing", w.reported)
			}
		})
	}
}

// DNS-1: a failure for one family is an answer, in whichever order the two come.
func TestFallbackIsNotAskedAfterHalfAFailure(t *testing.T) {
	for _, fails := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
		w := newNameServers(t, func(_ string, q dnsmessage.Question) nameserver.Answer {
			if q.Type == fails {
				return failing
			}
			return unknown
		}, always(known))
		if _, err := w.resolve(t.Context(), name); err == nil {
			t.Errorf("%v fails: got an address", fails)
		}
		isAsked(t, "the fallback", w.fallback)
	}
}

// SEND-3, CONS-2: if the gate closes while the local servers are asked, the fallback is not asked
// either, and the error is the refusal.
func TestFallbackIsNotAskedOnceTheGateCloses(t *testing.T) {
	for what, c := range closings {
		var w *nameServers
		ready := make(chan struct{})
		once := sync.OnceFunc(func() { <-ready; c.happen(w) })
		w = newNameServers(t, func(string, dnsmessage.Question) nameserver.Answer {
			once()
			return unknown
		}, always(known))
		close(ready)
		_, err := w.resolve(t.Context(), name)
		isError(t, what, err, c.want)
		isAsked(t, "the fallback", w.fallback)
		if w.reported != nil {
			t.Errorf("%s: reported: got %v, want nothing", what, w.reported)
		}
	}
}

// SEND-3, CONS-2: if the gate closes while the fallback is asked, the question is interrupted
// within a second.
func TestFallbackIsCanceled(t *testing.T) {
	for what, c := range closings {
		path := budgetPath(t)
		synctest.Test(t, func(t *testing.T) {
			w := &nameServers{world: newWorld(t, "13:30:00", path)}
			w.pipeTo(func(peer net.Conn) {
				_, _ = peer.Read(make([]byte, maxMessage)) // the question, which is not answered
				c.happen(w)
			})
			w.Fallback = Fallback{Name: name, Server: netip.MustParseAddr(public),
				Report: func(a FallbackResult) { w.reported = append(w.reported, a) }}
			from := time.Now()
			_, err := w.Fallback.ask(t.Context(), w.Gate, errNoSuchName)
			isError(t, what, err, c.want)
			if took := time.Since(from); took > time.Second {
				t.Errorf("%s: took %v, want a second at most", what, took)
			}
			if diff := cmp.Diff([]FallbackResult{Canceled}, w.reported); diff != "" {
				t.Errorf("%s: reported (-want +got):\n%s", what, diff)
			}
		})
	}
}

var closings = map[string]struct {
	happen func(*nameServers)
	want   error
}{
	"window closes": {func(w *nameServers) { w.step(26 * time.Minute) }, ErrClosed},
	"withdrawn":     {func(w *nameServers) { w.withdrawn.Store(true) }, errWithdrawn},
}

// SEND-4: an answer that was cut is not fetched again if the hour has no bytes left for a
// connection.
func TestFallbackWithinTheBudget(t *testing.T) {
	w := newNameServers(t, always(unknown), always(nameserver.Answer{Addresses: known.Addresses, Cut: true}))
	spend(t, w.world, limit-5000)
	_, err := w.resolve(t.Context(), name)
	isError(t, "nearly spent", err, budget.ErrSpent)
	isAsked(t, "the fallback", w.fallback, "udp A "+name+".")
	if diff := cmp.Diff([]FallbackResult{Canceled}, w.reported); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
}

// DNS-1: each kind of answer from the fallback is reported as its own [FallbackResult]. Without an
// address the local servers' answer remains.
func TestFallbackAnswers(t *testing.T) {
	t.Parallel()
	one := []netip.Addr{netip.MustParseAddr("192.0.2.80")}
	six := []netip.Addr{netip.MustParseAddr("2001:db8::80")}
	for what, c := range map[string]struct {
		answer nameserver.Answer
		want   []string
		result FallbackResult
		tcp    bool
	}{
		"IPv4 only": {answer: nameserver.Answer{Addresses: one}, want: both[:1], result: Found},
		"IPv6 only": {answer: nameserver.Answer{Addresses: six}, want: both[1:], result: Found},
		"aliases": {answer: nameserver.Answer{Addresses: one, Aliases: []string{"a.example.", "b.example."}},
			want: both[:1], result: Found},
		"too many": {answer: nameserver.Answer{Addresses: one, Aliases: strings.Fields("a. b. c. d. e. f. g. h. i.")},
			result: NotFound},
		"long": {answer: nameserver.Answer{Addresses: known.Addresses, Cut: true}, want: both, result: Found,
			tcp: true},
		"forged":      {answer: nameserver.Answer{Addresses: known.Addresses, Strays: 3}, want: both, result: Found},
		"only forged": {answer: nameserver.Answer{Addresses: known.Addresses, Strays: 5}, result: Unusable},
		"no name":     {answer: unknown, result: NotFound},
		"no address":  {result: NotFound},
		"fails":       {answer: failing, result: Unusable},
		"refuses":     {answer: refusing, result: Unusable},
		"silent":      {answer: silent, result: Silent},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newNameServers(t, always(unknown), always(c.answer))
			got, err := w.resolve(t.Context(), name)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("addresses (-want +got):\n%s", diff)
			}
			var dns *net.DNSError
			if c.want == nil && (!errors.As(err, &dns) || !dns.IsNotFound) || c.want != nil && err != nil {
				t.Errorf("error: got %v, want the local servers' where there is no address", err)
			}
			if diff := cmp.Diff([]FallbackResult{c.result}, w.reported); diff != "" {
				t.Errorf("reported (-want +got):\n%s", diff)
			}
			tcp := slices.ContainsFunc(w.fallback.Asked(), func(q string) bool { return strings.HasPrefix(q, "tcp ") })
			if tcp != c.tcp {
				t.Errorf("asked over TCP: got %v, want %v", tcp, c.tcp)
			}
		})
	}
}

// SEND-4: messages to and from the fallback are counted: over UDP to the byte, over TCP with
// everything that a connection costs.
func TestFallbackIsCounted(t *testing.T) {
	for _, cut := range []bool{false, true} {
		w := newNameServers(t, always(unknown), always(nameserver.Answer{Addresses: known.Addresses, Cut: cut,
			Strays: 1}))
		if _, err := w.resolve(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		localIn, localOut := w.local.Counted()
		fallbackIn, fallbackOut := w.fallback.Counted()
		const datagram = ip4Header + udpHeader
		// Two questions go to each server; the fallback answers with a stray one first.
		wantIn, wantOut, most := localOut+fallbackOut+6*datagram, localIn+fallbackIn+4*datagram, int64(0)
		if cut {
			const segment, connections = ip4Header + tcpHeader + timestamps, 2
			wantIn, wantOut, most = wantIn+4*segment*connections, wantOut+5*segment*connections, 400*connections
		}
		in, out := w.Wire()
		if in < wantIn || in > wantIn+most || out < wantOut || out > wantOut+most {
			t.Errorf("cut %v: the gate counts %d in and %d out, want %d and %d, and %d more at most", cut, in, out,
				wantIn, wantOut, most)
		}
		w.settled(t)
	}
}

// The frame of a message on a connection may come in any pieces, give any length and end anywhere:
// its contents are judged as a datagram is, and no more of it is read than an honest answer has.
func FuzzOverStream(f *testing.F) {
	q, err := newQuestion(name, dnsmessage.TypeA)
	if err != nil {
		f.Fatal(err)
	}
	q.id = 0
	answer := packed(f, q)
	f.Add(frame(answer), byte(1))
	f.Add(frame(answer)[:20], byte(7))
	f.Add([]byte{0, 0}, byte(0))
	f.Add(append([]byte{0x10, 0x01}, make([]byte, maxMessage+1)...), byte(255))
	f.Fuzz(func(t *testing.T, stream []byte, piece byte) {
		c := &pieces{stream: stream, piece: int(piece) + 1}
		found, err := overStream(c, q)
		want, wantErr := []string(nil), errors.New("cut off")
		if size := c.size(); size <= maxMessage && len(stream) >= 2+size {
			want, wantErr = q.answered(stream[2 : 2+size])
		}
		if (err == nil) != (wantErr == nil) || !cmp.Equal(found, want) {
			t.Errorf("got %v and %v, want %v and %v", found, err, want, wantErr)
		}
		if c.read > 2+maxMessage || !bytes.Equal(c.written, frame(q.message)) {
			t.Errorf("got %d bytes read and %x written", c.read, c.written)
		}
	})
}

// packed returns an answer to the question.
func packed(f *testing.F, q question) []byte {
	f.Helper()
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: q.id, Response: true},
		Questions: []dnsmessage.Question{q.asked},
		Answers: []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.asked.Name, Class: q.asked.Class},
			Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, 80}}}}}
	text, err := m.Pack()
	if err != nil {
		f.Fatal(err)
	}
	return text
}

func frame(message []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...)
}

// pieces is a connection that returns a stream piece by piece.
type pieces struct {
	net.Conn
	stream  []byte
	piece   int
	read    int
	written []byte
}

// size returns the length that the frame gives, or too large a length if the frame is cut off.
func (p *pieces) size() int {
	if len(p.stream) < 2 {
		return maxMessage + 1
	}
	return int(binary.BigEndian.Uint16(p.stream))
}

func (p *pieces) Write(b []byte) (int, error) {
	p.written = append(p.written, b...)
	return len(b), nil
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.read == len(p.stream) {
		return 0, io.EOF
	}
	n := copy(b, p.stream[p.read:min(len(p.stream), p.read+p.piece)])
	p.read += n
	return n, nil
}

// No message makes the decoder return a string that is not an address, or more addresses than may
// be tried.
func FuzzAnswered(f *testing.F) {
	q, err := newQuestion(name, dnsmessage.TypeA)
	if err != nil {
		f.Fatal(err)
	}
	server, err := nameserver.Start(always(nameserver.Answer{Addresses: known.Addresses,
		Aliases: []string{"a.example."}}))
	if err != nil {
		f.Fatal(err)
	}
	defer server.Close()
	f.Add(exchange(f, server, q))
	f.Add(q.message)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, message []byte) {
		if len(message) > 1 {
			q.id = uint16(message[0])<<8 | uint16(message[1]) // otherwise hardly any message gets past the id
		}
		found, err := q.answered(message)
		if (err == nil) != (len(found) > 0) || len(found) > maxAddresses {
			t.Errorf("got %d addresses and %v", len(found), err)
		}
		for _, a := range found {
			if address, err := netip.ParseAddr(a); err != nil || !address.Is4() {
				t.Errorf("got %q, want an IPv4 address", a)
			}
		}
	})
}

func exchange(f *testing.F, s *nameserver.Server, q question) []byte {
	f.Helper()
	conn, err := net.Dial("udp", s.Address())
	if err != nil {
		f.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(q.message); err != nil {
		f.Fatal(err)
	}
	answer := make([]byte, 512)
	n, err := conn.Read(answer)
	if err != nil {
		f.Fatal(err)
	}
	return answer[:n]
}

// DNS-1: a name server may answer in another case; only the first few of its addresses are tried.
func TestAnswerInAnotherCase(t *testing.T) {
	q, err := newQuestion(name, dnsmessage.TypeA)
	if err != nil {
		t.Fatal(err)
	}
	asked := q.asked
	asked.Name = dnsmessage.MustNewName(strings.ToUpper(name) + ".")
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: q.id, Response: true},
		Questions: []dnsmessage.Question{asked}}
	for i := range byte(maxAddresses + 1) {
		m.Answers = append(m.Answers, dnsmessage.Resource{Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, i}},
			Header: dnsmessage.ResourceHeader{Name: asked.Name, Class: dnsmessage.ClassINET}})
	}
	message, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := q.answered(message); err != nil || len(got) != maxAddresses {
		t.Errorf("got %v, %v, want %d addresses", got, err, maxAddresses)
	}
}

// DNS-1: the address family in which the fallback was reached is asked for first.
func TestFamilyOfTheFallback(t *testing.T) {
	for server, want := range map[string]dnsmessage.Type{
		public: dnsmessage.TypeA, "::ffff:" + public: dnsmessage.TypeA, "2001:db8::53": dnsmessage.TypeAAAA,
	} {
		if got := (Fallback{Server: netip.MustParseAddr(server)}).families(); got[0] != want || len(got) != 2 {
			t.Errorf("%s: got %v, want %v first", server, got, want)
		}
	}
}

// DNS-1: a lost question is asked again, up to a fixed number of times.
func TestFallbackIsAskedAgain(t *testing.T) {
	path := budgetPath(t)
	synctest.Test(t, func(t *testing.T) {
		w := &nameServers{world: newWorld(t, "13:30:00", path)}
		w.pipeTo(func(peer net.Conn) { _, _ = io.Copy(io.Discard, peer) })
		w.Fallback = Fallback{Name: name, Server: netip.MustParseAddr(public),
			Report: func(a FallbackResult) { w.reported = append(w.reported, a) }}
		_, err := w.Fallback.ask(t.Context(), w.Gate, errNoSuchName)
		isError(t, "silent", err, errNoSuchName)
		if got := w.dials.Load(); got != fallbackTries || !slices.Equal(w.reported, []FallbackResult{Silent}) {
			t.Errorf("got %d questions and %v, want %d and %v", got, w.reported, fallbackTries, Silent)
		}
	})
}
