package cluster

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/usage"
)

// host is the name for which receivers have a certificate.
const host = "collection.example.com"

// book has the digest of each document that appliances sent, and of each that was accepted, by id.
type book struct {
	mu             sync.Mutex
	sent, accepted map[string]string
	attempts       int
}

func newBook() *book { return &book{sent: map[string]string{}, accepted: map[string]string{}} }

func (b *book) begin(id, sum string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent[id] = sum
	b.attempts++
}

func (b *book) accept(id, sum string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.accepted[id] = sum
}

// appliance sends documents of its own, as a host does, from an address of its own.
type appliance struct {
	t      *testing.T
	book   *book
	sender *upload.Sender
	random *rand.Rand
}

// newAppliances returns so many appliances, which connect to the address to.
func newAppliances(
	t *testing.T, s site, number int, to string, roots *x509.CertPool, seed uint64,
) (*book, []*appliance) {
	t.Helper()
	b := newBook()
	all := make([]*appliance, number)
	for n := range all {
		sender, err := upload.New(upload.Config{
			Host: host, Port: 8443, Product: "dma", Roots: roots,
			DialContext: s.dial(n, to), UserAgent: "usagedata/1.0.0",
			Timeout: 20 * time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		all[n] = &appliance{t, b, sender, rand.New(rand.NewPCG(seed, uint64(n)))}
	}
	return b, all
}

// document is one that was made, and waits.
type document struct {
	id, sum string
	body    []byte
}

const letters = "0123456789abcdefghjkmnpqrstvwxyz"

// draw makes a document about the last hour, or about an earlier one. It packs badly, as pseudonyms do.
func (a *appliance) draw() document {
	period := usage.LastPeriod(time.Now())
	if a.random.IntN(10) == 0 {
		period = usage.PeriodFrom(period.Start.Add(-time.Duration(1+a.random.IntN(3)) * time.Hour))
	}
	text := func(length int) string {
		var b strings.Builder
		for range length {
			b.WriteByte(letters[a.random.IntN(len(letters))])
		}
		return b.String()
	}
	id := fmt.Sprintf("dma-%s-%s", period, text(26))
	body := fmt.Appendf(nil, `{"format":"usagedata/1","id":%q,"product":{"id":"dma"},"period":{"start":%q,"end":%q},"categories":{"x":%q}}`+"\n",
		id, period.Start.Format(time.RFC3339), period.End.Format(time.RFC3339), text(a.random.IntN(4000)))
	return document{id, segment.Digest(body), body}
}

// try sends a document once, and records it if it was accepted.
func (a *appliance) try(ctx context.Context, d document, another bool) error {
	a.book.begin(d.id, d.sum)
	err := a.sender.Send(ctx, d.id, d.body, another)
	if err == nil {
		a.book.accept(d.id, d.sum)
	}
	return err
}

// deliver sends a document until it is accepted. Some attempts are cut off after a while.
func (a *appliance) deliver(ctx context.Context, d document, another bool) {
	for ctx.Err() == nil {
		attempt, cancel := context.WithCancel(ctx)
		if a.random.IntN(8) == 0 {
			attempt, cancel = context.WithTimeout(ctx, a.moment(200*time.Millisecond))
		}
		err := a.try(attempt, d, another)
		cancel()
		switch {
		case err == nil:
			return
		case errors.Is(err, upload.ErrRejected), errors.Is(err, upload.ErrRefusedForNow):
			a.t.Error(err)
			return
		}
		wait(ctx, a.moment(300*time.Millisecond))
	}
	a.t.Errorf("%s is still not accepted", d.id)
}

// work sends backlog after backlog while there is work. limit ends with the test.
func (a *appliance) work(work, limit context.Context) {
	defer a.sender.HangUp()
	for work.Err() == nil {
		for left := a.random.IntN(4); left >= 0; left-- {
			a.deliver(limit, a.draw(), left > 0)
		}
		wait(work, a.moment(400*time.Millisecond))
	}
}

// moment returns any part of a duration.
func (a *appliance) moment(most time.Duration) time.Duration {
	return time.Duration(a.random.Int64N(int64(most)))
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// dial returns a dialer from the address of appliance n.
func (s site) dial(n int, to string) func(context.Context, string, string) (net.Conn, error) {
	from := &net.TCPAddr{IP: net.ParseIP(s.at(firstAppliance + n))}
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{LocalAddr: from}).DialContext(ctx, network, to)
	}
}
