package e2e

import (
	"flag"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/test/stage"
)

var withdrawals = flag.Int("withdrawals", 12, "how many uploads TestWithdrawals cuts off; `make withdrawals` has 500")

// slowPoint is a slow path to the collection point, on which an upload takes some seconds.
type slowPoint struct {
	net.Listener
	to    string
	begun chan struct{}
	ended chan time.Time // when the host closed its connection
}

// onTheSlowWay returns a [stage.Stage] that is allowed to send, and the slow path on which it
// sends.
func onTheSlowWay(t *testing.T) (*stage.Stage, *slowPoint) {
	t.Helper()
	s := light(t, racedBin)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	slow := &slowPoint{listener, s.Point.Address(), make(chan struct{}), make(chan time.Time)}
	go slow.serve()
	_, fast, _ := net.SplitHostPort(slow.to)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	write(t, s.Config, strings.Replace(read(t, s.Config), "port: "+fast, "port: "+port, 1))
	return s, slow
}

func (p *slowPoint) serve() {
	for {
		host, err := p.Accept()
		if err != nil {
			return
		}
		p.pass(host)
	}
}

// pass forwards the host's bytes a piece at a time, and nothing more once the host has closed the
// connection.
func (p *slowPoint) pass(host net.Conn) {
	defer host.Close()
	p.begun <- struct{}{}
	point, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	go io.Copy(host, point)
	pieces := make(chan []byte, 1000)
	go func() {
		for piece := range pieces {
			<-time.After(400 * time.Millisecond)
			_, _ = point.Write(piece)
		}
	}()
	for {
		piece := make([]byte, 256)
		n, err := host.Read(piece)
		if err != nil {
			break
		}
		pieces <- piece[:n]
	}
	closed := time.Now()
	_ = point.(*net.TCPConn).SetLinger(0)
	point.Close()
	close(pieces)
	p.ended <- closed
}

// T8, T9, CONS-2: consent is withdrawn at a random moment of an upload, in every second case while
// another process holds some of the service's locks. In the other cases the administrator allows
// again within 250 ms. The host closes the connection within one second from the start of the
// command, not counting the time that it takes to start a command here. No upload survives, and the
// journal records the outcome of each document once.
func TestWithdrawals(t *testing.T) {
	t.Parallel()
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			s, slow := onTheSlowWay(t)
			began := time.Now()
			for hour := range *withdrawals / 4 {
				withdraw(t, s, slow, began, hour)
			}
			recordedOnce(t, s, *withdrawals/4)
		})
	}
}

// withdraw cuts off the upload of an hour of its own.
func withdraw(t *testing.T, s *stage.Stage, slow *slowPoint, began time.Time, hour int) {
	t.Helper()
	send := sendIn(t, s, began, hour)
	if err := send.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, slow.begun)
	<-time.After(rand.N(800 * time.Millisecond))
	release := func() {}
	var held []string
	if hour%2 == 1 {
		held, release = holdSome(t, s.Dir)
	}
	start := time.Now()
	ask(t, s, 0, "version")
	startup := time.Since(start)
	denied := time.Now()
	deny := s.Host("consent", "deny")
	said, _ := deny.CombinedOutput() // the exit code is checked below
	if code := deny.ProcessState.ExitCode(); code != 0 && (code != 4 || held == nil) ||
		!strings.Contains(string(said), "denied") {
		t.Errorf("deny, %v held: got exit %d\n%s", held, code, said)
	}
	if held == nil {
		<-time.After(rand.N(250 * time.Millisecond))
		allow(t, s)
	}
	if took := await(t, slow.ended).Sub(denied); took > time.Second+startup {
		t.Errorf("%v held: the connection ended %v after, want within a second (a command starts in %v)",
			held, took, startup)
	}
	release()
	_ = send.Wait() // the exit code is checked here
	if code := send.ProcessState.ExitCode(); code != 4 && code != 6 || len(s.Point.Received()) > 0 {
		t.Fatalf("the cycle that was cut off: got exit %d, %d uploads survived", code, len(s.Point.Received()))
	}
	if held != nil {
		ask(t, s, 0, "consent", "deny") // finish the work that the locks prevented
		allow(t, s)
	}
}

func await[T any](t *testing.T, event <-chan T) (what T) {
	t.Helper()
	select {
	case what = <-event:
	case <-time.After(time.Minute):
		t.Fatal("no connection began or ended within a minute")
	}
	return what
}

// holdSome acquires some of the service's locks with [durable.TryLock], as another process would,
// each as soon as it is free.
func holdSome(t *testing.T, dir string) (held []string, release func()) {
	t.Helper()
	all := []string{"state/.decision.json.lock", "state/.decision.json.tmp", "state/.decision.denied.tmp",
		"state/spool/.spool.lock", ".journal.jsonl.lock", "state/decisions.jsonl", "state/.budget.sealed.lock",
		"state/.key.lock"}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	held = all[:1+rand.IntN(len(all))]
	var releases []func()
	for _, name := range held {
		for end := time.Now().Add(20 * time.Second); ; <-time.After(time.Millisecond) {
			unlock, _, err := durable.TryLock(durable.OS{}, filepath.Join(dir, name), "")
			if err == nil {
				releases = append(releases, unlock)
				break
			}
			if time.Now().After(end) {
				t.Fatal(err)
			}
		}
	}
	return held, func() {
		for _, unlock := range releases {
			unlock()
		}
	}
}

// recordedOnce checks that the journal records for each document once that it was made, at most
// once that it was dropped, and nothing else: some lines could not be written while the journal's
// lock was held.
func recordedOnce(t *testing.T, s *stage.Stage, documents int) {
	t.Helper()
	all := outcomes(t, s)
	for id, lines := range all {
		if lines[journal.Spooled] != 1 || lines[journal.Dropped] > 1 || lines[journal.Uploaded] > 0 {
			t.Errorf("%s: the journal has %v", id, lines)
		}
	}
	if len(all) != documents {
		t.Errorf("got %d documents in the journal want %d", len(all), documents)
	}
	if left, err := filepath.Glob(filepath.Join(s.Dir, "state/spool/*.doc")); err != nil || len(left) > 0 {
		t.Errorf("got %v waiting, %v want none", left, err)
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "analytics.json")); err == nil {
		t.Error("analytics.json shows a document that was not accepted")
	}
}
