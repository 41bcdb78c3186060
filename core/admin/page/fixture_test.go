package page

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// noon is a time in a zone whose hours are not those of UTC.
var noon = time.Date(2026, 3, 1, 12, 25, 0, 0, time.FixedZone("NPT", 5*3600+45*60))

func acme() profile.Profile {
	return profile.Profile{
		ID: "acme", Name: "Acme <Bridge>", Version: 3,

		CollectionPoint: profile.CollectionPoint{Host: "collect.example.com", Port: 8443},
		Blackout:        profile.Blackout{Before: 5 * time.Minute, After: 5 * time.Minute},
		Limits:          profile.Limits{Document: 100_000, Hour: 100_000, Collect: time.Minute},
		Setting:         profile.Setting{Page: "Admin > Licences", Label: "Automatically send usage data"},
		Categories: []profile.Category{
			{Name: "license_information", Doc: "The licence.", Fields: []profile.Field{
				{Name: "serial_number", Kind: kind.Serial, Doc: "Its number.", Why: "To tell systems apart."},
				{Name: "features", List: 8, Doc: "What is licensed.",
					Fields: []profile.Field{{Name: "name", Kind: kind.License, Doc: "Its name."},
						{Name: "count", Kind: kind.License}}},
			}},
			{Name: "counts", Doc: "How many there are.", Fields: []profile.Field{
				{Name: "users", Kind: kind.Count, Doc: "Users."},
				{Name: "calls", Kind: kind.Count, By: []string{"sip", "h323"}, Doc: "Calls."},
				{Name: "peers", Kind: kind.Hostname, List: 8, Doc: "Peers."},
				{Name: "disk", Kind: kind.Measure, Unit: "bytes", Doc: "Disk."},
				{Name: "directory", Doc: "Directory.", Fields: []profile.Field{
					{Name: "host", Kind: kind.Hostname, Doc: "Its server."}, {Name: "note", Kind: kind.Text},
				}},
			}},
		},
	}
}

const document = `{
  "format": "usagedata/1",
  "id": "acme-20260301T0615Z-x",
  "product": {"id": "acme", "name": "Acme <Bridge>"},
  "profile": 3, "host": "1.0.0", "plugin": "2.0.0",
  "period": {"start": "2026-03-01T05:00:00Z", "end": "2026-03-01T06:00:00Z"},
  "categories": {
    "license_information": {"serial_number": "8K<31>",
      "features": [{"name": "CALLS", "count": 100}, {"name": "SECURE"}]},
    "counts": {"users": 12, "calls": {"sip": 7, "h323": 2}, "peers": ["hostname-a1", "hostname-b2"],
      "disk": 274877906944,
      "directory": {"host": "hostname-c3"}, "later": {"unknown": true}}
  },
  "omitted": {"statistics": "not available: the source is not configured",
    "counts.sites": "left out: not as the profile approves it"},
  "treated": {"kept": 9, "pseudonymized": 3}
}
`

// fakeAppliance is an [admin.Appliance] whose state a test sets.
type fakeAppliance struct {
	admin.Appliance
	http.Handler
	decision consent.Decision
	damaged  error
	decided  []consent.Decision
	refuse   error // of Decide and Connection
	tested   admin.Connection
	sent     string
	status   status.Status
	lab      lab.Mark
	clock    time.Time
	dir      string
	since    time.Time // of the identity; zero if there is none
	renewed  []string  // the actors of the renewals
}

func open(t testing.TB, p profile.Profile) *fakeAppliance {
	t.Helper()
	dir := t.TempDir()
	waiting, err := spool.Open(durable.OS{}, filepath.Join(dir, "spool"), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	o := &fakeAppliance{clock: noon, dir: dir,
		status: status.Status{Product: p.ID, BytesLimit: 100_000, Bytes: 4321, Slot: 17*60 + 12}}
	o.Appliance = admin.Appliance{
		Profile: p, Version: "1.0.0", Spool: waiting, Journal: journal.Open(durable.OS{},
			filepath.Join(dir, "journal")),
		Status:    func(time.Time) (status.Status, error) { return o.now(), nil },
		Decision:  func() (consent.Decision, error) { return o.decision, o.damaged },
		Decisions: func() ([]consent.Decision, error) { return o.decided, nil },
		Decide: func(d consent.Decision, unexpected func(consent.Decision) error) error {
			if err := errors.Join(o.refuse, unexpected(o.decision)); err != nil {
				return err
			}
			o.decision, o.damaged, o.decided = d, nil, append(o.decided, d)
			return nil
		},
		Connection: func(context.Context) (admin.Connection, error) { return o.tested, o.refuse },
		Identity:   func() (time.Time, error) { return o.since, nil },
		Renew: func(actor string) error {
			o.renewed, o.since = append(o.renewed, actor), o.clock
			return o.refuse
		},
		Lab: func() lab.Mark { return o.lab },
		MarkLab: func(m lab.Mark) error {
			if o.lab.Configured {
				return lab.ErrConfigured
			}
			o.lab = m
			return nil
		},
		Preview: func(context.Context) ([]byte, error) { return []byte(document), nil },
		Sent: func() ([]byte, error) {
			if o.sent == "" {
				return nil, fs.ErrNotExist
			}
			return []byte(o.sent), nil
		},
		History: sent.Open(durable.OS{}, filepath.Join(dir, "sent"), sent.Bounds{Days: 30, Size: 20 << 20}),
		Archive: func(w io.Writer) error { _, err := io.WriteString(w, "PK"); return err },
		Now:     func() time.Time { return o.clock },
	}
	o.Handler = New(o.Appliance)
	return o
}

// allowed returns a fakeAppliance where sending was allowed an hour ago.
func allowed(t testing.TB) *fakeAppliance {
	o := open(t, acme())
	o.decision = consent.Decision{Choice: consent.Allowed, Time: noon.Add(-time.Hour), Actor: "j.smith",
		Way: consent.ByEULA}.Accepting(o.Profile)
	o.decided, o.since = []consent.Decision{o.decision}, noon.Add(-time.Hour)
	return o
}

// now returns the [status.Status] that a test has set, with the decision.
func (o *fakeAppliance) now() status.Status {
	st := o.status
	st.Decision = o.decision.Choice.String()
	if o.damaged != nil {
		st.Problem, st.Hint = o.damaged.Error(), usage.HintOf(o.damaged)
	}
	return st
}

// answer is the response to a request.
type answer struct {
	status   int
	location string
	header   http.Header
	text     string
}

func (o *fakeAppliance) get(target string) answer {
	return o.answer(httptest.NewRequest("GET", target, nil))
}

// post sends a form from a page of ours, by a known actor.
func (o *fakeAppliance) post(target string, form url.Values) answer {
	r := httptest.NewRequest("POST", target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return o.answer(r)
}

func (o *fakeAppliance) answer(r *http.Request) answer {
	w := httptest.NewRecorder()
	o.ServeHTTP(w, r.WithContext(admin.WithActor(r.Context(), "the keeper")))
	return answer{w.Code, w.Header().Get("Location"), w.Header(), w.Body.String()}
}

// says fails if the page lacks one of the texts, or has another status.
func (a answer) says(t *testing.T, code int, texts ...string) {
	t.Helper()
	if a.status != code {
		t.Errorf("status: got %d want %d", a.status, code)
	}
	for _, text := range texts {
		if !strings.Contains(a.text, text) {
			_, main, _ := strings.Cut(a.text, "<main")
			t.Errorf("page: got no %q in %.3000s", text, main)
		}
	}
}

func (a answer) lacks(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.text, text) {
			t.Errorf("page: got %q want it nowhere", text)
		}
	}
}
