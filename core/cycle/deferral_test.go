package cycle

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/window"
	"polycom.com/usagedata/test/privateca"
)

// point is a collection point behind the real [upload.Sender]: it gives the prepared
// answers, and then accepts.
type point struct {
	answers []string
	asked   []time.Duration // since noon
	now     func() time.Time
	noon    time.Time
	cert    tls.Certificate
}

const pointName = "collect.example"

// at makes p the collection point of the appliance.
func (p *point) at(t *testing.T, a *appliance) {
	t.Helper()
	authority, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	if p.cert, err = authority.Issue(pointName); err != nil {
		t.Fatal(err)
	}
	p.now, p.noon = a.Now, window.Hour(a.Now())
	a.Sender, err = upload.New(upload.Config{Host: pointName, Port: 8443, Product: "acme", Roots: authority.Pool(),
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go p.answer(theirs)
			return ours, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	a.Profile.CollectionPoint.Host, a.Profile.CollectionPoint.Port = pointName, 8443
}

func (p *point) answer(theirs net.Conn) {
	secure := tls.Server(theirs, &tls.Config{Certificates: []tls.Certificate{p.cert}, SessionTicketsDisabled: true})
	defer secure.Close()
	request, err := http.ReadRequest(bufio.NewReader(secure))
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, request.Body)
	answer := "201 Created"
	if len(p.answers) > 0 {
		answer, p.answers = p.answers[0], p.answers[1:]
	}
	p.asked = append(p.asked, p.now().Sub(p.noon))
	_, _ = fmt.Fprintf(secure, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", answer)
}

// restarted opens the stores again, as another process does.
func (a *appliance) restarted(t *testing.T) {
	t.Helper()
	stores, err := a.folders().Open(acme.Limits, quarantine.Binary{})
	if err != nil {
		t.Fatal(err)
	}
	a.Stores = stores
}

// T4: a collection point that asks to wait gets no upload before that time, across clock hours,
// restarts and processes; documents are made meanwhile, and go out then.
func TestRetryAfterIsHonored(t *testing.T) {
	const slot = 20 * time.Minute
	for name, tt := range map[string]struct {
		answers []string
		hours   int
		want    []time.Duration // the uploads, since noon, without the back-off's minute and jitter
		sent    int
	}{
		"ten hours": {[]string{"503 Service Unavailable\r\nRetry-After: 36000"}, 12,
			[]time.Duration{slot, 10*time.Hour + slot}, 12},
		"within the hour": {[]string{"429 Too Many Requests\r\nRetry-After: 1500"}, 1,
			[]time.Duration{slot, slot + 25*time.Minute}, 1},
		"into the blackout": {[]string{"503 Service Unavailable\r\nRetry-After: 2280"}, 2,
			[]time.Duration{slot, time.Hour + slot}, 2},
		"more than a day": {[]string{"503 Service Unavailable\r\nRetry-After: 864000"}, 26,
			[]time.Duration{slot, 24*time.Hour + slot}, 26},
		"a document that is refused": {[]string{"422 Unprocessable Content\r\nRetry-After: 7200"}, 4,
			[]time.Duration{slot, 2*time.Hour + slot}, 3},
		"twice": {[]string{"503 Service Unavailable\r\nRetry-After: 7200",
			"503 Service Unavailable\r\nRetry-After: 3600"}, 5,
			[]time.Duration{slot, 2*time.Hour + slot, 3*time.Hour + slot}, 5},
		"no Retry-After": {[]string{"503 Service Unavailable"}, 1, []time.Duration{slot, slot + time.Minute}, 1},
		"zero": {[]string{"503 Service Unavailable\r\nRetry-After: 0"}, 1,
			[]time.Duration{slot, slot + time.Minute}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := atNoon(t, 10*time.Minute)
				p := &point{answers: tt.answers}
				p.at(t, a)
				for range 2 * tt.hours { // a restart in the middle of each hour, and at its end
					a.restarted(t)
					a.serves(t, slot, 30*time.Minute)
				}
				if accepted := a.count(t, journal.Uploaded); accepted != tt.sent || a.product.asked != tt.hours {
					t.Errorf("got %d accepted, %d collected want %d, %d", accepted, a.product.asked, tt.sent, tt.hours)
				}
				if _, err := os.Lstat(filepath.Join(a.dir, "retry.sealed")); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("after an accepted upload: got %v want nothing kept", err)
				}
				for i, want := range tt.want {
					if i >= len(p.asked) || p.asked[i] < want || p.asked[i] > want+3*time.Minute {
						t.Fatalf("uploads at %v after noon, want at %v first", p.asked, tt.want)
					}
				}
			})
		})
	}
}

// T10: if the hour's bytes or its window end while a backlog is sent, the result counts the
// documents that went out and that wait, and nothing failed.
func TestBacklogEndsWithTheHour(t *testing.T) {
	for _, why := range []error{budget.ErrSpent, gate.ErrClosed} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.backlog(t, 25)
		a.line.answers = append(make([]error, 14), fmt.Errorf("upload: %w", why))
		result, err := a.Run(t.Context())
		var later Deferral
		if !errors.As(err, &later) || !errors.Is(err, why) || later.Sent != 14 || later.Waiting != a.waiting(t) ||
			result.Outcome != journal.Uploaded || !result.Deferred {
			t.Errorf("got %+v, %v want 14 uploaded and %d waiting", later, err, a.waiting(t))
		}
		a.line.answers = []error{fmt.Errorf("422: %w", upload.ErrRejected), why}
		if result, err := a.Run(t.Context()); result.Deferred || !errors.Is(err, why) ||
			!errors.Is(err, upload.ErrRejected) {
			t.Errorf("one was rejected: got %+v, %v want that said", result, err)
		}
		if got, want := err.Error(), "14 uploaded, 12 wait for the next hour: upload: "+why.Error(); got != want {
			t.Errorf("got %q want %q", got, want)
		}
	}
}
