package e2e

import (
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/test/stage"
)

// Number of uploads to cut off; `make withdrawals` uses 500 and 300.
var (
	pairs       = flag.Int("pairs", 6, "how many uploads TestDenyAndAllowAgain cuts off by a denial and another yes")
	withdrawals = flag.Int("withdrawals", 6, "how many uploads TestWithdrawalsUnderHeldLocks cuts off")
)

// slowPoint is a slow path to the collection point, on which an upload takes some four seconds. It
// remembers when the last connection from the host ended.
type slowPoint struct {
	net.Listener
	to string

	mu     sync.Mutex
	begun  int
	ended  int
	closed time.Time // when the host closed the last connection
}

// onTheSlowWay returns a [stage.Stage] that is allowed to send, and the slow path on which it
// sends.
func onTheSlowWay(t *testing.T) (*stage.Stage, *slowPoint) {
	t.Helper()
	s := set(t, stage.Plan{Bin: racedBin, Product: "careless", Sources: "  mood: {stranger: false}\n"})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	slow := &slowPoint{Listener: listener, to: s.Point.Address()}
	t.Cleanup(func() { listener.Close() })
	go slow.serve()
	_, fast, _ := net.SplitHostPort(slow.to)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	write(t, s.Config, strings.Replace(read(t, s.Config), "port: "+fast, "port: "+port, 1))
	command(t, s, "consent", "allow", "--yes")
	return s, slow
}

func (p *slowPoint) serve() {
	for {
		host, err := p.Accept()
		if err != nil {
			return
		}
		go p.pass(host)
	}
}

// pass forwards the host's bytes a piece at a time, and nothing more once the host has closed the
// connection.
func (p *slowPoint) pass(host net.Conn) {
	p.note(func() { p.begun++ })
	defer host.Close()
	point, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	go io.Copy(host, point)
	pieces := make(chan []byte, 1000)
	var slowly sync.WaitGroup
	slowly.Go(func() {
		for piece := range pieces {
			<-time.After(250 * time.Millisecond)
			_, _ = point.Write(piece)
		}
	})
	for {
		piece := make([]byte, 256)
		n, err := host.Read(piece)
		if err != nil {
			break
		}
		pieces <- piece[:n]
	}
	p.note(func() { p.ended++; p.closed = time.Now() })
	_ = point.(*net.TCPConn).SetLinger(0)
	point.Close()
	close(pieces)
	slowly.Wait()
}

func (p *slowPoint) note(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

// state returns the numbers of connections that began and ended, and when the last one was closed.
func (p *slowPoint) state() (begun, ended int, closed time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.begun, p.ended, p.closed
}

// await waits until reached reports true for the numbers of connections.
func (p *slowPoint) await(t *testing.T, what string, reached func(begun, ended int) bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); <-time.After(5 * time.Millisecond) {
		if begun, ended, _ := p.state(); reached(begun, ended) {
			return
		}
	}
	t.Fatalf("no connection %s within a minute", what)
}

func command(t *testing.T, s *stage.Stage, args ...string) {
	t.Helper()
	if out, err := s.Host(args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// underWay starts a cycle in an hour of its own, and returns at a random moment of its upload.
func underWay(t *testing.T, s *stage.Stage, slow *slowPoint, began time.Time, hour int) *exec.Cmd {
	t.Helper()
	before, _, _ := slow.state()
	send := sendIn(t, s, began, hour)
	if err := send.Start(); err != nil {
		t.Fatal(err)
	}
	slow.await(t, "begun", func(begun, _ int) bool { return begun > before })
	<-time.After(rand.N(800 * time.Millisecond))
	return send
}

// cutOff checks that a cycle ends with one of these exit codes, and that no document was accepted.
func cutOff(t *testing.T, s *stage.Stage, send *exec.Cmd, codes ...int) {
	t.Helper()
	var ended *exec.ExitError
	if err := send.Wait(); !errors.As(err, &ended) || !contains(codes, ended.ExitCode()) {
		t.Errorf("the cycle that was cut off: got %v want one of the exit codes %v", err, codes)
	}
	if got := len(s.Point.Received()); got > 0 {
		t.Fatalf("%d uploads survived", got)
	}
}

func contains(codes []int, code int) bool {
	for _, c := range codes {
		if c == code {
			return true
		}
	}
	return false
}

// T9, CONS-2: an administrator denies and allows again within 250 ms while an upload is under way.
// No upload survives, and the journal records the outcome of each document once.
func TestDenyAndAllowAgain(t *testing.T) {
	t.Parallel()
	build(t, racedBin, "careless")
	for _, share := range shares(*pairs) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			s, slow := onTheSlowWay(t)
			began := time.Now()
			for hour := range share {
				send := underWay(t, s, slow, began, hour)
				command(t, s, "consent", "deny")
				<-time.After(rand.N(250 * time.Millisecond))
				command(t, s, "consent", "allow", "--yes")
				cutOff(t, s, send, 4, 6)
			}
			recordedOnce(t, s, share)
		})
	}
}

// T8, CONS-2: consent is withdrawn while an upload is under way and another process holds locks of
// the service. The last byte leaves within one second from the start of the command, not counting
// the time that it takes to start a command here.
func TestWithdrawalsUnderHeldLocks(t *testing.T) {
	t.Parallel()
	build(t, racedBin, "careless")
	var mu sync.Mutex
	var longest time.Duration
	t.Cleanup(func() { t.Logf("%d withdrawals: the last byte left at most %v after", *withdrawals, longest) })
	for _, share := range shares(*withdrawals) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			s, slow := onTheSlowWay(t)
			began := time.Now()
			for hour := range share {
				took := withdraw(t, s, slow, began, hour)
				mu.Lock()
				longest = max(longest, took)
				mu.Unlock()
			}
			recordedOnce(t, s, share)
		})
	}
}

// withdraw returns the time from the start of the command to the end of the host's connection.
func withdraw(t *testing.T, s *stage.Stage, slow *slowPoint, began time.Time, hour int) time.Duration {
	t.Helper()
	send := underWay(t, s, slow, began, hour)
	_, before, _ := slow.state()
	held := holdSome(t, filepath.Join(s.Dir))
	start := time.Now()
	command(t, s, "version")
	startup := time.Since(start)
	denied := time.Now()
	deny, said := s.Host("consent", "deny"), new(strings.Builder)
	deny.Stdout, deny.Stderr = said, said
	if code := exitCode(t, deny); code != 0 && code != 4 || !strings.Contains(said.String(), "denied") {
		t.Errorf("deny, %v held: got exit %d\n%s", held.names, code, said)
	}
	slow.await(t, "ended", func(_, ended int) bool { return ended > before })
	_, _, closed := slow.state()
	took := closed.Sub(denied)
	if took > time.Second+startup {
		t.Errorf("%v held: the connection ended %v after, want within a second (a command starts in %v)", held.names, took,
			startup)
	}
	held.release()
	cutOff(t, s, send, 6, 4)
	command(t, s, "consent", "deny") // finish the work that the locks prevented
	command(t, s, "consent", "allow", "--yes")
	return took
}

// heldLocks are the locks that another process holds.
type heldLocks struct {
	names    []string
	releases []func()
}

func (h heldLocks) release() {
	for _, release := range h.releases {
		release()
	}
}

// holdSome acquires some of the service's locks with [durable.TryLock], as another process would,
// each as soon as it is free.
func holdSome(t *testing.T, dir string) (held heldLocks) {
	t.Helper()
	for _, name := range []string{"state/.decision.json.lock", "state/.decision.json.tmp", "state/.decision.denied.tmp",
		"state/spool/.spool.lock", ".journal.jsonl.lock", "state/decisions.jsonl", "state/.budget.sealed.lock",
		"state/.key.lock"} {
		if rand.IntN(2) == 0 {
			continue
		}
		for end := time.Now().Add(20 * time.Second); ; <-time.After(time.Millisecond) {
			release, _, err := durable.TryLock(durable.OS{}, filepath.Join(dir, name), "")
			if err == nil {
				held.names, held.releases = append(held.names, name), append(held.releases, release)
				break
			}
			if time.Now().After(end) {
				t.Fatal(err)
			}
		}
	}
	return held
}

// shares divides this many uploads among some appliances.
func shares(all int) []int {
	const appliances = 4
	var each []int
	for i := range appliances {
		if n := (all + i) / appliances; n > 0 {
			each = append(each, n)
		}
	}
	return each
}

// recordedOnce checks that the journal records for each document once that it was made, at most
// once that it was dropped, and nothing else: some lines could not be written while the journal's
// lock was held.
func recordedOnce(t *testing.T, s *stage.Stage, documents int) {
	t.Helper()
	counts := map[string]map[string]int{}
	for line := range strings.Lines(read(t, filepath.Join(s.Dir, "journal.jsonl"))) {
		_, rest, ok := strings.Cut(line, `"outcome":"`)
		outcome, rest, more := strings.Cut(rest, `","id":"`)
		if !ok || !more {
			continue
		}
		id, _, _ := strings.Cut(rest, `"`)
		if counts[id] == nil {
			counts[id] = map[string]int{}
		}
		counts[id][outcome]++
	}
	for id, lines := range counts {
		if lines["spooled"] != 1 || lines["dropped"] > 1 || lines["uploaded"] > 0 {
			t.Errorf("%s: the journal has %v", id, lines)
		}
	}
	if len(counts) != documents {
		t.Errorf("got %d documents in the journal want %d", len(counts), documents)
	}
	if left, err := filepath.Glob(filepath.Join(s.Dir, "state/spool/*.doc")); err != nil || len(left) > 0 {
		t.Errorf("got %v waiting, %v want none", left, err)
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "analytics.json")); err == nil {
		t.Error("analytics.json shows a document that was not accepted")
	}
}
