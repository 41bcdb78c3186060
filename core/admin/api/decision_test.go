package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/consent"
)

const no = `{"choice": "denied"}`

// CONS-2: a decision is in force when the answer arrives, with its actor and way; it accepts the
// fields that the installed profile approves.
func TestDecide(t *testing.T) {
	b := newBench(t)
	wantStatus(t, "allow", b.ask(http.MethodPut, "/v1/decision", yes, "Usagedata-Actor: Erika Mustermann"),
		http.StatusOK)
	got, err := b.Appliance.Decision()
	if err != nil || got.Choice != consent.Allowed || got.Way != consent.ByPage {
		t.Errorf("allowed: got %+v and %v, want it by page", got, err)
	}
	wantStatus(t, "deny", b.ask(http.MethodPut, "/v1/decision", no), http.StatusOK)
	got, err = b.Appliance.Decision()
	if err != nil || got.Choice != consent.Denied || got.Way != consent.ByAPI {
		t.Errorf("denied: got %+v and %v, want it by API", got, err)
	}
}

// CONS-3: only a single clear decision changes anything.
func TestMalformedDecisionsAreRefused(t *testing.T) {
	for _, body := range []string{
		``, `null`, `[]`, `{}`, `"allowed"`, `{"choice": "allowed"}`, `{"choice": "allowed", "profile": 0}`,
		`{"choice": "allowed", "profile": "3"}`,
		`{"choice": "allowed", "profile": 3.0}`, `{"choice": "allowed", "profile": 3e0}`,
		`{"choice": "allowed", "profile": null}`,
		`{"Choice": "allowed", "profile": 3}`, `{"choice": "Allowed", "profile": 3}`,
		`{"choice": "undecided", "profile": 3}`,
		`{"choice": true, "profile": 3}`, `{"choice": "allowed", "profile": 3, "force": true}`,
		`{"choice": "allowed", "profile": 3} {}`,
		`{"choice": "allowed", "choice": "allowed", "profile": 3}`, `{"choice": "allowed", "profile": 3, "eula": ""}`,
		`{"choice": "allowed", "profile": 3, "eula": "a\nb"}`, `{"choice": "allowed", "profile": 3, "eula": {"a": 1}}`,
		"{\"choice\": \"allowed\", \"profile\": 3, \"eula\": \"\xff\"}", `{"choice": "allowed", "profile": 3`,
		"\ufeff" + yes,
	} {
		b := newBench(t)
		wantStatus(t, body, b.ask(http.MethodPut, "/v1/decision", body), http.StatusBadRequest)
		if got := b.choice(t); got != consent.Undecided {
			t.Errorf("%s: got %v, want it undecided", body, got)
		}
	}
}

// CONS-2: a decision that is based on an outdated one changes nothing. The tags are compared as in
// RFC 9110 (13.1).
func TestPreconditions(t *testing.T) {
	tag := func(b *bench) string { return b.ask(http.MethodGet, "/v1/decision", "").Header().Get("ETag") }
	const other = `"0123456789abcdef"`
	for _, c := range []struct {
		header   string // NOW is the tag of the decision in force
		put, get int
	}{
		{"If-Match: NOW", 200, 200},
		{"If-Match: " + other + " ,\tNOW,", 200, 200},
		{"If-Match: *", 200, 200},
		{"If-Match: " + other, 412, 412},
		{"If-Match: ", 412, 412},
		{"If-Match: W/NOW", 412, 412}, // a weak tag does not name one certain decision
		{"If-Match: " + other + ", *", 412, 412},
		{"If-Match: denied", 412, 412},
		{"If-Match: '*'", 412, 412},
		{"If-None-Match: NOW", 412, 304},
		{"If-None-Match: W/NOW", 412, 304},
		{"If-None-Match: " + other + ", NOW", 412, 304},
		{"If-None-Match: *", 412, 304},
		{"If-None-Match: " + other, 200, 200},
		{"If-None-Match: ", 200, 200},
		{"If-Match: NOW\nIf-None-Match: NOW", 412, 304},
		{"If-Match: " + other + "\nIf-None-Match: NOW", 412, 412},
		{"If-Match: " + other + "\nIf-Match: NOW", 200, 200},
		{"If-Modified-Since: Mon, 30 Nov 2026 00:00:00 GMT\n" +
			"If-Unmodified-Since: Mon, 30 Nov 2026 00:00:00 GMT", 200, 200},
		{"If-Range: " + other + "\nRange: bytes=0-4", 200, 200},
	} {
		b := newBench(t)
		now := tag(b)
		headers := strings.Split(strings.ReplaceAll(c.header, "NOW", now), "\n")
		wantStatus(t, "GET "+c.header, b.ask(http.MethodGet, "/v1/decision", "", headers...), c.get)
		wantStatus(t, "PUT "+c.header, b.ask(http.MethodPut, "/v1/decision", no, headers...), c.put)
		if changed := tag(b) != now; changed != (c.put == http.StatusOK) {
			t.Errorf("%s: got it changed %v, want it by %d", c.header, changed, c.put)
		}
	}
}

// CONS-2: a body decides only if it is sent as JSON, so that neither a form on another site nor
// another reading of the body does.
func TestContentTypes(t *testing.T) {
	for kinds, want := range map[string]int{
		"application/json": 200, "Application/JSON": 200, "application/json; charset=UTF-8": 200,
		`application/json;charset="utf-8"`: 200, "application/json; version=1": 200,
		"": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415, "application/json2": 415,
		"application/merge-patch+json": 415, "application/json, text/plain": 415, "application/json; charset": 415,
		"application/json; charset=utf-16": 415, "text/plain; application/json": 415,
		"application/json\nContent-Type: text/plain": 415,
		"application/json\nContent-Encoding: gzip":   415,
	} {
		b := newBench(t)
		r := httptest.NewRequest(http.MethodPut, "/v1/decision", strings.NewReader(yes))
		for header := range strings.SplitSeq("Content-Type: "+kinds, "\n") {
			name, value, _ := strings.Cut(header, ": ")
			r.Header.Add(name, value)
		}
		got := httptest.NewRecorder()
		b.handler.ServeHTTP(got, r)
		if wantStatus(t, kinds, got, want); (b.choice(t) == consent.Allowed) != (want == http.StatusOK) {
			t.Errorf("%q: got %v by %d", kinds, b.choice(t), want)
		}
	}
}

// CONS-2: if several changes at once name the same decision, one is made, and the others get the
// answer that the decision is another one now.
func TestChangesAtOnce(t *testing.T) {
	b := newBench(t)
	shown := b.ask(http.MethodGet, "/v1/decision", "").Header().Get("ETag")
	var group sync.WaitGroup
	statuses := make([]int, 16)
	for i := range statuses {
		group.Go(func() {
			statuses[i] = b.ask(http.MethodPut, "/v1/decision", []string{yes, no}[i%2], "If-Match: "+shown).Code
		})
	}
	group.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	if diff := cmp.Diff(map[int]int{http.StatusOK: 1, http.StatusPreconditionFailed: 15}, count); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

// CONS-3: a decision that cannot be trusted is reported as denied, with the reason, and can be
// replaced.
func TestDamagedDecision(t *testing.T) {
	b := newBench(t)
	if err := os.WriteFile(b.stores.Decision.Path(), []byte("{"), 0o640); err != nil {
		t.Fatal(err)
	}
	answer := b.ask(http.MethodGet, "/v1/decision", "")
	var got decision
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || got.Choice != consent.Denied ||
		got.Problem == "" {
		t.Errorf("got %+v and %v, want denied and why", got, err)
	}
	wantStatus(t, "allow", b.ask(http.MethodPut, "/v1/decision", yes, "If-Match: "+answer.Header().Get("ETag")),
		http.StatusOK)
}

// CONS-5: additions of a newer profile are reported with reason and treatment, until they are
// accepted.
func TestPending(t *testing.T) {
	b := newBench(t)
	withPendingFields(t, b)
	want := []pending{{"counts", "owner", "user", "the owner", "to tell sites apart", "pseudonymize"},
		{"statistics", "calls", "count", "calls", "to size releases", "keep"}}
	for _, c := range []struct {
		method, body string
		want         []pending
	}{{http.MethodGet, "", want}, {http.MethodPut, yes, []pending{}}} {
		var got decision
		if err := json.Unmarshal(b.ask(c.method, "/v1/decision", c.body).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got.Pending); diff != "" {
			t.Errorf("%s: pending (-want +got):\n%s", c.method, diff)
		}
	}
}

// CONS-2: if the history is too long for an answer, the answer has the newest decisions and the
// number of the omitted ones.
func TestLongHistory(t *testing.T) {
	b := newBench(t)
	b.Decisions = func() ([]consent.Decision, error) {
		all := make([]consent.Decision, mostDecisions+2)
		for i := range all {
			all[i] = consent.Decision{Time: b.Now(), Actor: "admin", Profile: i}
		}
		return all, nil
	}
	b.handler = New(b.Appliance)
	var got struct {
		Decisions []pastDecision
		LeftOut   int `json:"left_out"`
	}
	if err := json.Unmarshal(b.ask(http.MethodGet, "/v1/decisions", "").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Decisions) != mostDecisions || got.LeftOut != 2 || got.Decisions[0].Profile != 2 {
		t.Errorf("got %d decisions, %d left out, want %d and 2, the newest", len(got.Decisions), got.LeftOut,
			mostDecisions)
	}
}
