package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
)

// canary is in the request and in no error.
const canary = "kestrel-hollow-88"

// CONS-2, CONS-3: only a PUT from this origin with a single decision changes it; no request breaks
// anything, and no problem repeats text of the request.
func FuzzRequest(f *testing.F) {
	f.Add(http.MethodPut, "/v1/decision", "", "application/json", "", "", "", yes)
	f.Add(http.MethodPut, "/v1/decision", "", "application/json", `"0000000000000000"`,
		"https://elsewhere.example", "admin", no)
	f.Add(http.MethodPut, "/v1/decision", "", "application/json", "*", "", "a, by b",
		`{"choice":"allowed","profile":3,"eula":"`+canary+`"}`)
	f.Add(http.MethodPut, "/v1/decision", "", "text/plain", "", "http://example.com", "", `{"choice":"`+canary+`"}`)
	f.Add(http.MethodGet, "/v1/waiting/../"+canary, "days="+canary, "", "", "", canary, canary)
	f.Add(http.MethodGet, "/v1/journal", "days=7", "", "", "", "", "")
	f.Add(http.MethodPost, "/v1/preview", "", "", "", "", "", "{}")
	for _, r := range routes {
		f.Add(r.method, strings.Replace(r.path, "{id}", "acme-1", 1), "", "application/json", "*", "", "", yes)
	}
	b := newBench(f)
	f.Fuzz(func(t *testing.T, method, path, query, kind, match, from, actor, body string) {
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Host: "example.com", Header: http.Header{},
			Body:          http.NoBody,
			ContentLength: int64(len(body)),
		}
		if body != "" {
			r.Body = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)).Body
		}
		for name, value := range map[string]string{"Content-Type": kind, "If-Match": match, "Origin": from,
			admin.ActorHeader: actor} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		before, _ := b.Appliance.Decision()
		answer := httptest.NewRecorder()
		b.handler.ServeHTTP(answer, r)
		after, err := b.Appliance.Decision()
		if answer.Code >= 500 || err != nil {
			t.Fatalf("got %d and %v", answer.Code, err)
		}
		if answer.Code >= 400 && strings.Contains(answer.Body.String(), canary) {
			t.Errorf("the problem repeats what was sent: %s", answer.Body)
		}
		may := method == http.MethodPut && path == "/v1/decision" && answer.Code == http.StatusOK &&
			(from == "" || from == "http://example.com" || from == "https://example.com")
		if !may && admin.Tag(before) != admin.Tag(after) {
			t.Errorf("the decision was changed by %s %q", method, path)
		}
		var sent map[string]any
		json.Unmarshal([]byte(body), &sent)
		if may && sent["choice"] != after.Choice.String() || after.Choice == consent.Undecided &&
			before.Choice != consent.Undecided {
			t.Errorf("got %v by %q", after.Choice, body)
		}
	})
}
