package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
)

// play is how a status of an operation is brought about; where there is none, badly does it.
type play struct {
	what    string // METHOD PATH STATUS, as in the description
	target  string // where it is not the path
	body    string
	headers []string
	before  func(*testing.T, *bench)
}

var broken = func(_ *testing.T, b *bench) { b.fault = errors.New("write decision: no space left on device") }

const yes = `{"choice": "allowed", "profile": 3}`

var plays = []play{
	{what: "GET /v1/status 200", before: busy},
	{what: "GET /v1/status 500", before: broken},
	{what: "GET /v1/decision 200", before: grown},
	{what: "PUT /v1/decision 200", body: yes},
	{what: "PUT /v1/decision 400", body: `{"choice": "allowed", "profile": 3, "choice": "denied"}`},
	{what: "PUT /v1/decision 403", body: yes, headers: []string{"Origin: https://elsewhere.example"}},
	{what: "PUT /v1/decision 409", body: `{"choice": "allowed", "profile": 2}`},
	{what: "PUT /v1/decision 412", body: yes, headers: []string{`If-Match: "0000000000000000"`}},
	{what: "PUT /v1/decision 413", body: yes + strings.Repeat(" ", 1<<16)},
	{what: "PUT /v1/decision 415", body: yes, headers: []string{"Content-Type: text/plain"}},
	{what: "PUT /v1/decision 500", body: yes, before: broken},
	{what: "GET /v1/decisions 200", before: busy},
	{what: "GET /v1/decisions 500", before: broken},
	{what: "GET /v1/sent 200", before: busy},
	{what: "GET /v1/sent 404"},
	{what: "GET /v1/sent 500", before: broken},
	{what: "GET /v1/waiting 200", before: busy},
	{what: "GET /v1/waiting 500", before: noSpool},
	{what: "GET /v1/waiting/{id} 200", target: "/v1/waiting/acme-1", before: busy},
	{what: "GET /v1/waiting/{id} 404", target: "/v1/waiting/..%2F..%2Fkey", before: busy},
	{what: "GET /v1/waiting/{id} 410", target: "/v1/waiting/acme-2", before: busy},
	{what: "GET /v1/waiting/{id} 500", target: "/v1/waiting/acme-1", before: noSpool},
	{what: "POST /v1/preview 200"},
	{what: "POST /v1/preview 403", headers: []string{"Sec-Fetch-Site: cross-site"}},
	{what: "POST /v1/preview 429", before: func(_ *testing.T, b *bench) { b.later = admin.NotNow{Again: 1e9} }},
	{what: "POST /v1/preview 500", before: broken},
	{what: "POST /v1/preview 503", before: func(_ *testing.T, b *bench) { b.later = context.Canceled; ended(b) }},
	{what: "GET /v1/journal 200", target: "/v1/journal?days=1", before: busy},
	{what: "GET /v1/journal 500", before: noJournal},
	{what: "GET /v1/logs 200"},
	{what: "GET /v1/logs 429", before: archiving},
	{what: "GET /v1/logs 500", before: broken},
	{what: "GET /v1/openapi.json 200"},
}

// busy has a decision, a document that was sent, one that waits, one that is damaged, and journal lines, among them a
// field that is withheld in each document.
func busy(t *testing.T, b *bench) {
	b.ask(http.MethodPut, "/v1/decision", yes, "Usagedata-Actor: Erika Mustermann")
	b.put(t, "acme-1", 12)
	b.put(t, "acme-2", 13)
	for n := range 3 {
		b.withhold(t, fmt.Sprintf("acme-%d", n+3))
	}
	if err := errors.Join(os.WriteFile(b.stores.Analytics.Path(), []byte(sentText), 0o640),
		os.Truncate(filepath.Join(b.spool, "acme-2.doc"), 90)); err != nil {
		t.Fatal(err)
	}
}

// withhold records a document that lacks a field.
func (b *bench) withhold(t *testing.T, id string) {
	line := journal.Entry{Time: b.Now(), Outcome: journal.Spooled, ID: id, Period: b.Now(), Withheld: 1}
	field := line
	field.Outcome, field.Withheld, field.Field, field.Rule, field.Reason = journal.Withheld, 0, "counts.users",
		"own address", "own address"
	if err := errors.Join(b.Journal.Record(line), b.Journal.Record(field)); err != nil {
		t.Fatal(err)
	}
}

// grown has a decision that accepted less than the installed profile approves.
func grown(t *testing.T, b *bench) {
	d := consent.Decision{Choice: consent.Allowed, Time: b.Now(), Actor: "admin", Way: consent.ByPage, Profile: 2,
		Fields: []string{"counts.users count"}}
	if err := b.Decide(d, func(consent.Decision) error { return nil }); err != nil {
		t.Fatal(err)
	}
}

// ended answers every request as if its client, or the service, were ending.
func ended(b *bench) {
	whole := b.handler
	b.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		cancel()
		whole.ServeHTTP(w, r.WithContext(ctx))
	})
}

// archiving answers while another archive is being made.
func archiving(_ *testing.T, b *bench) {
	whole := b.handler
	b.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.archive = func(io.Writer) error {
			whole.ServeHTTP(w, r)
			return nil
		}
		whole.ServeHTTP(httptest.NewRecorder(), r)
	})
}

// noSpool and noJournal have something else where their files should be.
func noSpool(t *testing.T, b *bench) {
	if err := errors.Join(os.RemoveAll(b.spool), os.WriteFile(b.spool, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
}

func noJournal(t *testing.T, b *bench) {
	if err := os.Mkdir(b.file, 0o700); err != nil {
		t.Fatal(err)
	}
}
