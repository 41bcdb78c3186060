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
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/consent"
	deciding "polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// scenario produces one status of an operation. Without a scenario, an operation is asked for its
// 400.
type scenario struct {
	what    string // METHOD PATH STATUS, as in the description
	target  string // if it is not the path
	body    string
	headers []string
	before  func(*testing.T, *bench)
}

var broken = func(_ *testing.T, b *bench) { b.fault = errors.New("write decision: no space left on device") }

const yes = `{"choice": "allowed", "profile": 3}`

var scenarios = []scenario{
	{what: "GET /v1/status 200"},
	{what: "GET /v1/status 200", before: busy},
	{what: "GET /v1/status 200", before: withPendingFields},
	{what: "GET /v1/status 200", before: damaged},
	{what: "GET /v1/status 500", before: broken},
	{what: "GET /v1/decision 200", before: busy},
	{what: "GET /v1/decision 200", before: withPendingFields},
	{what: "GET /v1/decision 200", before: damaged},
	{what: "GET /v1/decision 304", headers: []string{"If-None-Match: *"}},
	{what: "GET /v1/decision 412", headers: []string{`If-Match: "0000000000000000"`}},
	{what: "GET /v1/decision 500", before: faulty},
	{what: "PUT /v1/decision 200", body: yes},
	{what: "PUT /v1/decision 200", body: no},
	{what: "PUT /v1/decision 200", body: `{"choice": "denied", "remove_sent": true}`, before: lookingBack},
	{what: "PUT /v1/decision 400", body: `{"choice": "allowed", "profile": 3, "remove_sent": true}`},
	{what: "PUT /v1/decision 200", body: `{"choice": "allowed", "profile": 3, "left_out": ["statistics"]}`},
	{what: "PUT /v1/decision 400", body: `{"choice": "allowed", "profile": 3, "left_out": ["counts"]}`},
	{what: "GET /v1/status 200", before: marked},
	{what: "PUT /v1/decision 400", body: `{"choice": "allowed", "profile": 3, "choice": "denied"}`},
	{what: "PUT /v1/decision 403", body: yes, headers: []string{"Origin: https://elsewhere.example"}},
	{what: "PUT /v1/decision 409", body: `{"choice": "allowed", "profile": 2}`},
	{what: "PUT /v1/decision 412", body: yes, headers: []string{`If-Match: "0000000000000000"`}},
	{what: "PUT /v1/decision 412", body: yes, headers: []string{"If-None-Match: *"}},
	{what: "PUT /v1/decision 413", body: yes + strings.Repeat(" ", 1<<16)},
	{what: "PUT /v1/decision 415", body: yes, headers: []string{"Content-Type: text/plain"}},
	{what: "PUT /v1/decision 500", body: yes, before: broken},
	{what: "GET /v1/decisions 200", before: busy},
	{what: "GET /v1/decisions 200", before: func(_ *testing.T, b *bench) {
		b.ask(http.MethodPut, "/v1/decision", `{"choice": "denied", "remove_sent": true}`)
	}},
	{what: "GET /v1/decisions 500", before: broken},
	{what: "GET /v1/lab 200"},
	{what: "GET /v1/lab 200", before: marked},
	{what: "GET /v1/lab 200", before: configured},
	{what: "GET /v1/lab 500", before: faulty},
	{what: "PUT /v1/lab 200", body: `{"lab": true}`},
	{what: "PUT /v1/lab 200", body: `{"lab": false}`, before: marked},
	{what: "PUT /v1/lab 400", body: `{"lab": null}`},
	{what: "PUT /v1/lab 403", body: `{"lab": true}`, headers: []string{"Origin: https://elsewhere.example"}},
	{what: "PUT /v1/lab 409", body: `{"lab": false}`, before: configured},
	{what: "PUT /v1/lab 413", body: `{"lab": true}` + strings.Repeat(" ", 1<<16)},
	{what: "PUT /v1/lab 415", body: `{"lab": true}`, headers: []string{"Content-Type: text/plain"}},
	{what: "PUT /v1/lab 500", body: `{"lab": true}`, before: broken},
	{what: "GET /v1/sent 200", before: busy},
	{what: "GET /v1/sent 404"},
	{what: "GET /v1/sent 500", before: broken},
	{what: "GET /v1/history 200", before: lookingBack},
	{what: "GET /v1/history 500", before: noHistory},
	{what: "GET /v1/history/{id} 200", target: "/v1/history/" + sentID, before: lookingBack},
	{what: "GET /v1/history/{id} 404", target: "/v1/history/acme-20260301T0900Z-x", before: lookingBack},
	{what: "GET /v1/history/{id} 410", target: "/v1/history/" + damagedID, before: lookingBack},
	{what: "GET /v1/history/{id} 500", target: "/v1/history/" + sentID, before: noHistory},
	{what: "GET /v1/history/{id}/differences/{from} 200", target: between(sentID, laterID), before: lookingBack},
	{what: "GET /v1/history/{id}/differences/{from} 404", target: between(sentID, "x"), before: lookingBack},
	{what: "GET /v1/history/{id}/differences/{from} 409", target: between(sentID, otherID), before: lookingBack},
	{what: "GET /v1/history/{id}/differences/{from} 410", target: between(damagedID, sentID), before: lookingBack},
	{what: "GET /v1/history/{id}/differences/{from} 500", target: between(sentID, laterID), before: noHistory},
	{what: "GET /v1/waiting 200", before: busy},
	{what: "GET /v1/waiting 500", before: noSpool},
	{what: "GET /v1/waiting/{id} 200", target: "/v1/waiting/acme-1", before: busy},
	{what: "GET /v1/waiting/{id} 404", target: "/v1/waiting/acme-9", before: busy},
	{what: "GET /v1/waiting/{id} 410", target: "/v1/waiting/acme-2", before: busy},
	{what: "GET /v1/waiting/{id} 500", target: "/v1/waiting/acme-1", before: noSpool},
	{what: "GET /v1/set-aside 200"},
	{what: "GET /v1/set-aside 200", before: setAside},
	{what: "GET /v1/set-aside 500", before: noJournalOf},
	{what: "GET /v1/set-aside/{id} 200", target: "/v1/set-aside/acme-7", before: setAside},
	{what: "GET /v1/set-aside/{id} 200", target: "/v1/set-aside/acme-8", before: setAside},
	{what: "GET /v1/set-aside/{id} 404", target: "/v1/set-aside/acme-1", before: setAside},
	{what: "GET /v1/set-aside/{id} 500", target: "/v1/set-aside/acme-7", before: noJournalOf},
	{what: "POST /v1/connection 200", before: tested},
	{what: "POST /v1/connection 403", headers: []string{"Sec-Fetch-Site: cross-site"}},
	{what: "POST /v1/connection 429", before: func(_ *testing.T, b *bench) { b.later = admin.ErrTesting }},
	{what: "POST /v1/connection 500", before: broken},
	{what: "POST /v1/connection 503", before: func(_ *testing.T, b *bench) { cancelRequests(b) }},
	{what: "POST /v1/preview 200"},
	{what: "POST /v1/preview 403", headers: []string{"Sec-Fetch-Site: cross-site"}},
	{what: "POST /v1/preview 429", before: func(_ *testing.T, b *bench) { b.later = admin.NotNow{RetryAfter: 1e9} }},
	{what: "POST /v1/preview 500", before: broken},
	{what: "POST /v1/preview 503", before: func(_ *testing.T, b *bench) {
		b.later = context.Canceled
		cancelRequests(b)
	}},
	{what: "GET /v1/journal 200", target: "/v1/journal?days=1", before: busy},
	{what: "GET /v1/journal 500", before: noJournal},
	{what: "GET /v1/logs 200"},
	{what: "GET /v1/logs 429", before: archiving},
	{what: "GET /v1/logs 500", before: broken},
	{what: "GET /v1/openapi.json 200"},
}

// marked marks the system as a test system.
func marked(_ *testing.T, b *bench) { b.ask(http.MethodPut, "/v1/lab", `{"lab": true}`) }

// configured marks it in the configuration.
func configured(_ *testing.T, b *bench) {
	b.stores.Lab = lab.Open(durable.OS{}, filepath.Join(b.dir, "lab.json"), true)
	b.Appliance.Lab = b.stores.Lab.Read
	b.Appliance.MarkLab = func(m lab.Mark) error { return deciding.MarkLab(m, b.stores.Records) }
	b.handler = New(b.Appliance)
}

// busy sets up a decision, a sent, a waiting and a damaged document, journal lines with all their
// members, including a field that is withheld in each document, a plugin that failed, and a
// collection point that asked to wait.
func busy(t *testing.T, b *bench) {
	b.ask(http.MethodPut, "/v1/decision", `{"choice": "allowed", "profile": 3, "eula": "2026-03", "left_out": ["statistics"]}`,
		"Usagedata-Actor: Erika Mustermann")
	b.sources.Asked = b.Now().Add(2 * time.Hour)
	b.record(t)
	if _, err := b.sources.Starts.Begin(b.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.sources.Starts.Failed(b.Now(), "it ended with exit status 1"); err != nil {
		t.Fatal(err)
	}
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

// record writes one line of an upload with all members that a line may have, and one about a
// repaired file.
func (b *bench) record(t *testing.T) {
	whole := journal.Entry{Time: b.Now(), Outcome: journal.Uploaded, ID: "acme-1", Period: b.Now(), DocumentBytes: 1,
		WireBytes: 2, Kept: 3, Pseudonymized: 4, Scrubbed: 5, Suppressed: 6, Undeclared: 7, Withheld: 8,
		Field: "counts.users", Rule: "own address", Omitted: map[string]string{"counts": "not available"},
		Reason: "for a test", Hint: "read the test", Actor: "admin", Choice: "allowed"}
	exported := journal.Entry{Time: b.Now(), Outcome: journal.Exported, Period: b.Now(), DocumentBytes: 1, Documents: 1}
	received := journal.Entry{Time: b.Now(), Outcome: journal.Uploaded, ID: "acme-0", Reason: status.ByReceipt}
	if err := errors.Join(b.Journal.Record(exported), b.Journal.Record(received), b.Journal.Record(whole),
		b.Journal.Record(journal.Entry{Time: b.Now(), Outcome: journal.Mended,
			Reason: "the list of hours was damaged"}),
		b.Journal.Record(journal.Entry{Time: b.Now(), Outcome: journal.Rejected, ID: "acme-2", DocumentBytes: 1,
			Reason: "the document is invalid", Hint: "ask the vendor"})); err != nil {
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

// damaged sets up a decision, a record of the plugin's starts and a time zone that cannot be read.
func damaged(t *testing.T, b *bench) {
	b.sources.Clock = usage.WithHint(errors.New("the file of the time zone is damaged"), "set the time zone")
	b.sources.Confined = confine.Report{{Feature: protection.Files, Detail: "this kernel has no Landlock"}}
	if err := errors.Join(os.WriteFile(b.stores.Decision.Path(), []byte("{"), 0o640),
		os.WriteFile(filepath.Join(b.dir, "quarantine.sealed"), []byte("{"), 0o640)); err != nil {
		t.Fatal(err)
	}
}

// faulty sets up a fault in our own code.
func faulty(_ *testing.T, b *bench) {
	b.Appliance.Decision = func() (consent.Decision, error) { panic("a fault") }
	b.Appliance.Lab = func() lab.Mark { panic("a fault") }
	b.handler = New(b.Appliance)
}

// withPendingFields sets up a decision, of a product with another name, that accepted less than the
// installed profile approves.
func withPendingFields(t *testing.T, b *bench) {
	d := consent.Decision{Choice: consent.Allowed, Time: b.Now(), Actor: "admin", Way: consent.ByPage, Profile: 2,
		Product: "acme2", Fields: []string{"counts.users count"}}
	if err := b.Decide(d, func(consent.Decision) error { return nil }); err != nil {
		t.Fatal(err)
	}
}

// cancelRequests answers every request as if its client, or the service, were ending.
func cancelRequests(b *bench) {
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

// noSpool and noJournal put something else in place of their files.
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
