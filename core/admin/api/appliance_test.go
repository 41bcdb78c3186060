package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	deciding "polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/status"
)

// acme is the profile of the tests.
var acme = profile.Profile{
	ID: "acme", Name: "Acme One", Version: 3, Limits: profile.Limits{Hour: 100_000},
	Setting: profile.Setting{Page: "Admin > Licences", Label: "Automatically send usage data"},

	PrivacyPolicy: "https://www.example.com/privacy",
	Categories: []profile.Category{{Name: "counts", Doc: "how many there are", Fields: []profile.Field{
		{Name: "users", Kind: kind.Count, Doc: "users", Why: "to size releases"},
		{Name: "owner", Kind: kind.User, Doc: "the owner", Why: "to tell sites apart"},
	}}, {Name: "statistics", Doc: "how much it is used", Optional: true, Fields: []profile.Field{
		{Name: "calls", Kind: kind.Count, Doc: "calls", Why: "to size releases"},
	}}},
}

// bench is an [admin.Appliance] on temporary folders, with the faults that a test sets.
type bench struct {
	admin.Appliance
	handler http.Handler
	stores  statelayout.Stores
	sources *status.Sources
	dir     string // the state folder
	fault   error  // of every operation that may fail
	later   error  // of the preview and the test of the connection
	tested  admin.Connection
	archive func(io.Writer) error
	spool   string // its folder
	file    string // the journal's
}

// sentText is a document with every described member.
const sentText = `{
  "format": "usagedata/1",
  "id": "acme-20260301T1100Z-0123456789abcdefghjkmnpqrs",
  "system": "system-0123456789abcdefghjkmnpqrs",
  "lab": true,
  "product": {"id": "acme", "name": "Acme One"},
  "profile": 3,
  "host": "1.2.0",
  "plugin": "1.0.0",
  "period": {"start": "2026-03-01T11:00:00Z", "end": "2026-03-01T12:00:00Z"},
  "categories": {
    "counts": {"users": 7, "by_site": {"a b": 1.5}, "owner": {"applicable": false},
      "disks": [{"size": 1, "part": {"name": "x", "labels": ["y"]}}]},
    "statistics": {"applicable": false}
  },
  "omitted": {"license_information": "not available"},
  "treated": {"kept": 7, "pseudonymized": 0, "scrubbed": 0, "suppressed": 0, "undeclared": 0, "withheld": 0}
}
`

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{archive: func(io.Writer) error { return nil }}
	dir := t.TempDir()
	folders := statelayout.Folders{Disk: durable.OS{}, State: dir, Log: dir,
		Analytics: filepath.Join(dir, "analytics.json"), History: sent.Bounds{Days: 30, Size: 20 << 20}}
	b.spool, b.file = filepath.Join(dir, "spool"), filepath.Join(dir, "journal.jsonl")
	limits := acme.Limits
	limits.Spool = 1 << 20
	stores, err := folders.Open(limits, quarantine.Binary{})
	if err != nil {
		t.Fatal(err)
	}
	b.stores = stores
	b.dir, b.sources = dir, &status.Sources{
		Profile: acme, Decision: stores.Decision, Analytics: stores.Analytics.Path(), Budget: stores.Budget,
		Spool: stores.Spool, Journal: stores.Journal, Starts: stores.Quarantine, Slot: 31 * time.Minute,
	}
	var mu sync.Mutex
	var history []consent.Decision
	b.Appliance = admin.Appliance{
		Profile: acme, Version: "1.2.0", Spool: stores.Spool, Journal: stores.Journal, Now: time.Now,
		Status: func(now time.Time) (status.Status, error) {
			b.sources.Lab = stores.Lab.Read()
			st, err := b.sources.Look(now)
			return st, errors.Join(err, b.fault)
		},
		Decision:  stores.Decision.Read,
		Decisions: func() ([]consent.Decision, error) { return history, b.fault },
		Decide: func(d consent.Decision, unexpected func(consent.Decision) error) error {
			if b.fault != nil {
				return b.fault
			}
			err := deciding.DecideUnless(unexpected, d, stores.Records)
			if errors.Is(err, deciding.ErrDenied) {
				return admin.ErrOutdated
			}
			mu.Lock()
			defer mu.Unlock()
			history = append(history, d)
			return err
		},
		Lab:        stores.Lab.Read,
		MarkLab:    func(m lab.Mark) error { return errors.Join(b.fault, deciding.MarkLab(m, stores.Records)) },
		Preview:    func(context.Context) ([]byte, error) { return []byte(sentText), errors.Join(b.later, b.fault) },
		Connection: func(context.Context) (admin.Connection, error) { return b.tested, errors.Join(b.later, b.fault) },
		Sent: func() ([]byte, error) {
			if b.fault != nil {
				return nil, b.fault
			}
			return stores.Analytics.Read()
		},
		History: stores.Sent,
		Archive: func(w io.Writer) error { return errors.Join(b.fault, b.archive(w)) },
	}
	b.handler = New(b.Appliance)
	return b
}

// ask makes one request; the headers are "Name: value".
func (b *bench) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if method == http.MethodPut {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
		if name == "Content-Type" {
			r.Header.Set(name, value)
		}
	}
	answer := httptest.NewRecorder()
	b.handler.ServeHTTP(answer, r)
	return answer
}

// put adds a waiting document.
func (b *bench) put(t *testing.T, id string, hour int) {
	t.Helper()
	period := time.Date(2026, 3, 1, hour, 0, 0, 0, time.UTC)
	if _, err := b.Spool.Put(id, period, []byte(waitingText(id)), func() error { return nil }); err != nil {
		t.Fatal(err)
	}
}

// waitingText returns a different document for each digit at the end of id.
func waitingText(id string) string {
	return strings.Replace(sentText, "npqrs", "npqr"+id[len(id)-1:], 1)
}

func (b *bench) choice(t testing.TB) consent.Choice {
	t.Helper()
	d, err := b.Appliance.Decision()
	if err != nil {
		t.Fatal(err)
	}
	return d.Choice
}

func wantStatus(t *testing.T, what string, got *httptest.ResponseRecorder, want int) {
	t.Helper()
	if got.Code != want {
		t.Errorf("%s: got %d and %s, want %d", what, got.Code, bytes.TrimSpace(got.Body.Bytes()), want)
	}
}
