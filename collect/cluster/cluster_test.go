package cluster

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/collect/teststage"
	"polycom.com/usagedata/core/upload"
)

// quick makes batches that gather for moments only, so that more happens while receivers are killed.
const quick = "gather: 50ms\ngather_late: 150ms"

// newSeed returns the seed of this run, which is in the log.
func newSeed(t *testing.T) uint64 {
	own := *seed
	if own == 0 {
		own = rand.Uint64()
	}
	t.Logf("seed %d", own)
	return own
}

// COLL-1, COLL-3: real senders, the balancer of the example, three receivers and one bucket. The
// receivers are killed, the store is killed, and refuses. Each document that was accepted is in the store
// with its bytes, and nothing is that was not sent.
func TestKilledReceiversLoseNothing(t *testing.T) {
	s := newSite(t)
	own := newSeed(t)
	g := teststage.StartGateway(t)
	bucket := s.inBucket(g)
	log := s.haproxy()
	b, all := s.appliances(s.at(balancer)+":8443", own)
	s.withoutReceivers(all[0])
	var receivers []*receiver
	for n := range 3 {
		receivers = append(receivers, s.receiver(n, "balancers: [127.0.0.1]", quick, bucket))
	}
	for n := range 3 {
		s.untilReady(n)
	}
	s.resumes()
	working(t, all, func(random *rand.Rand) { torment(t, random, receivers, g) }, own)
	for n, r := range receivers {
		s.untilReady(n) // while it starts, it would end in another way
		if code := r.end(syscall.SIGTERM); code != 0 {
			t.Errorf("a receiver that was asked to stop ended with %d", code)
		}
	}
	b.settled(t, g.Folder)
	s.verified(receivers[0])
	for n := range all {
		if strings.Contains(log.String(), s.at(firstAppliance+n)) {
			t.Errorf("haproxy logs the address of appliance %d:\n%s", n, log)
		}
	}
}

// withoutReceivers sends a document while there is no receiver: it waits.
func (s site) withoutReceivers(a *appliance) {
	s.t.Helper()
	for range 3 {
		err := a.try(s.t.Context(), a.draw(), false)
		if err == nil || errors.Is(err, upload.ErrRejected) || errors.Is(err, upload.ErrRefusedForNow) {
			s.t.Errorf("without receivers: got %v, want an error after which the document waits", err)
		}
	}
}

// working lets appliances work while something happens, and until all that they have sent is accepted.
func working(t *testing.T, all []*appliance, happens func(*rand.Rand), seed uint64) {
	t.Helper()
	limit, cancel := context.WithCancel(t.Context())
	defer cancel()
	work, rest := context.WithCancel(limit)
	defer rest()
	var running sync.WaitGroup
	for _, a := range all {
		running.Go(func() { a.work(work, limit) })
	}
	happens(rand.New(rand.NewPCG(seed, 1<<32)))
	rest()
	defer time.AfterFunc(time.Minute, cancel).Stop()
	running.Wait()
}

// torment kills receivers at random moments. Every few times the store is killed meanwhile, or refuses
// everything for a while.
func torment(t *testing.T, random *rand.Rand, receivers []*receiver, g *teststage.Gateway) {
	pause := func() { wait(t.Context(), time.Duration(random.Int64N(int64(time.Second)))) }
	for n := range *kills {
		pause()
		victim := receivers[random.IntN(len(receivers))]
		switch n % 5 {
		case 1:
			g.Stop()
			pause()
			victim.signal(syscall.SIGKILL)
			pause()
			g.Start()
		case 3:
			restart(g, true)
			pause()
			victim.signal(syscall.SIGKILL)
			pause()
			restart(g, false)
		case 4:
			receivers[random.IntN(len(receivers))].signal(syscall.SIGTERM)
			pause()
			fallthrough
		default:
			victim.signal(syscall.SIGKILL)
		}
	}
}

// restart starts the store again, as one that refuses every request, or as it was.
func restart(g *teststage.Gateway, refuses bool) {
	g.Stop()
	g.Refuses = refuses
	g.Start()
}

// untilReady waits until a receiver is ready.
func (s site) untilReady(n int) {
	s.t.Helper()
	s.until("a receiver is ready", func() bool { return s.inner(n, "/readyz") == "ok\n" })
}

// until waits until something is so.
func (s site) until(what string, isSo func() bool) {
	s.t.Helper()
	for began := time.Now(); !isSo(); wait(s.t.Context(), 20*time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			s.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// inner asks the inner listener of a receiver, and returns "" if it does not answer.
func (s site) inner(n int, path string) string {
	answer, err := (&http.Client{Timeout: 10 * time.Second}).Get("http://" + s.at(firstReceiver+n) + ":9464" + path)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return string(text)
}

// verified runs the command verify.
func (s site) verified(r *receiver) {
	s.t.Helper()
	out, err := exec.Command(program, "--config", r.config, "verify").CombinedOutput()
	s.t.Logf("%s", out)
	if err != nil || !strings.Contains(string(out), " 0 damaged") {
		s.t.Errorf("verify: %v", err)
	}
}

// COLL-1: one receiver on a folder is killed, and stops.
func TestKilledReceiverOnAFolderLosesNothing(t *testing.T) {
	s := newSite(t)
	own := newSeed(t)
	folder := fmt.Sprintf("store: {folder: %s, keep_free: 0}", s.path("store"))
	b, all := s.appliances(s.at(firstReceiver)+":8443", own)
	r := s.receiver(0, quick, folder)
	working(t, all, func(random *rand.Rand) {
		for range *kills / 2 {
			wait(t.Context(), time.Duration(random.Int64N(int64(time.Second))))
			r.signal(syscall.SIGKILL)
		}
	}, own)
	s.untilReady(0)
	if code := r.end(syscall.SIGTERM); code != 0 {
		t.Errorf("a receiver that was asked to stop ended with %d", code)
	}
	s.stops(all, folder)
	b.settled(t, s.path("store"))
	s.verified(r)
}

// stops asks a receiver to stop while documents of all appliances wait in it, and half a request has
// come: all are accepted.
func (s site) stops(all []*appliance, folder string) {
	s.t.Helper()
	r := s.receiver(0, "gather: 5s", "gather_late: 30s", folder)
	s.untilReady(0)
	slow, rest := s.begins(all[0])
	defer slow.Close()
	var running sync.WaitGroup
	bytes := 0
	for _, a := range all {
		d := a.draw()
		bytes += len(d.body)
		running.Go(func() {
			if err := a.try(s.t.Context(), d, false); err != nil {
				s.t.Errorf("while the receiver stops: %v", err)
			}
		})
	}
	waiting := fmt.Sprintf("\nusagedata_collect_waiting_bytes %v\n", float64(bytes))
	s.until("the documents wait", func() bool { return strings.Contains(s.inner(0, "/metrics"), waiting) })
	r.noMore()
	r.signal(syscall.SIGTERM)
	s.until("the receiver stops", func() bool { return strings.Contains(s.inner(0, "/readyz"), "stopping") })
	if _, err := io.WriteString(slow, rest); err != nil {
		s.t.Error(err)
	}
	if answer, err := io.ReadAll(slow); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 201 ") {
		s.t.Errorf("half a request before the receiver stops: got %q, %v, want 201", answer, err)
	}
	if code := r.end(syscall.SIGTERM); code != 0 {
		s.t.Errorf("a receiver that was asked to stop ended with %d", code)
	}
	running.Wait()
}

// begins sends half of a request, and returns the other half.
func (s site) begins(a *appliance) (to *tls.Conn, rest string) {
	s.t.Helper()
	d := a.draw()
	sum := sha256.Sum256(d.body)
	request := fmt.Sprintf("PUT /v1/usage/dma/%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n"+
		"Content-Type: application/json\r\nContent-Digest: sha-256=:%s:\r\nContent-Length: %d\r\n\r\n%s",
		d.id, host, base64.StdEncoding.EncodeToString(sum[:]), len(d.body), d.body)
	to, err := tls.Dial("tcp", s.at(firstReceiver)+":8443", &tls.Config{RootCAs: s.authority.Pool(), ServerName: host})
	if err == nil {
		_, err = io.WriteString(to, request[:len(request)-20])
	}
	if err != nil {
		s.t.Fatal(err)
	}
	a.book.begin(d.id, d.sum)
	a.book.accept(d.id, d.sum) // or the test fails
	return to, request[len(request)-20:]
}

// resumes waits until the balancer knows all receivers: then each appliance comes back to the same one,
// which resumes its session.
func (s site) resumes() {
	s.t.Helper()
	s.until("each appliance resumes its session", func() bool {
		for n := range 12 {
			if !s.resumesAt(n) {
				return false
			}
		}
		return true
	})
}

// resumesAt reports whether an appliance resumes its session in two of two further connections.
func (s site) resumesAt(n int) bool {
	s.t.Helper()
	client := http.Client{Transport: &http.Transport{
		DialContext: s.dial(n, s.at(balancer)+":8443"), DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{RootCAs: s.authority.Pool(), ServerName: host,
			ClientSessionCache: tls.NewLRUClientSessionCache(1)},
	}}
	resumed := 0
	for range 3 {
		answer, err := client.Get("https://" + host + "/")
		if err != nil { // the balancer knows no receiver yet
			return false
		}
		_ = answer.Body.Close()
		if answer.TLS.DidResume {
			resumed++
		}
	}
	return resumed == 2
}
