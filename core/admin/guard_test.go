package admin

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

var fine = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if _, err := io.ReadAll(r.Body); err != nil {
		NewProblem(http.StatusRequestEntityTooLarge, err).Write(w)
	}
})

func throughGuard(next http.Handler, method, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://appliance.example/v1/decision", strings.NewReader(body))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	answer := httptest.NewRecorder()
	Guard(next).ServeHTTP(answer, r)
	return answer
}

// CONS-2: a page of another origin decides nothing, however its browser reports the origin.
func TestGuardRefuses(t *testing.T) {
	for _, c := range []struct {
		what, method string
		headers      []string
		want         int
	}{
		{"a program", http.MethodPut, nil, 200},
		{"our own page", http.MethodPost,
			[]string{"Origin: http://appliance.example", "Sec-Fetch-Site: same-origin"}, 200},
		{"our own page, over TLS at the front end", http.MethodPost,
			[]string{"Origin: https://appliance.example"}, 200},
		{"another site", http.MethodPut, []string{"Sec-Fetch-Site: cross-site"}, 403},
		{"another port", http.MethodPost, []string{"Sec-Fetch-Site: same-site"}, 403},
		{"another port, an old browser", http.MethodPost, []string{"Origin: http://appliance.example:8080"}, 403},
		{"a file, a frame in a sandbox", http.MethodPost, []string{"Origin: null"}, 403},
		{"another site that looks", http.MethodGet, []string{"Sec-Fetch-Site: cross-site"}, 200},
		{"another site that deletes", http.MethodDelete, []string{"Origin: https://elsewhere.example"}, 403},
		{"two actors", http.MethodGet, []string{"Usagedata-Actor: a", "Usagedata-Actor: b"}, 400},
		{"no actor's name", http.MethodGet, []string{"Usagedata-Actor: "}, 200},
		{"an actor of two lines", http.MethodGet, []string{"Usagedata-Actor: a\u2028b"}, 400},
		{"an actor written backwards", http.MethodGet, []string{"Usagedata-Actor: a\u202eb"}, 400},
		{"a long actor", http.MethodGet, []string{"Usagedata-Actor: " + strings.Repeat("a", MaxActor+1)}, 400},
		{"bytes that are no text", http.MethodGet, []string{"Usagedata-Actor: \xff"}, 400},
	} {
		if got := throughGuard(fine, c.method, "", c.headers...).Code; got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
}

func TestGuardBoundsTheBody(t *testing.T) {
	for size, want := range map[int]int{maxBody: 200, maxBody + 1: 413} {
		if got := throughGuard(fine, http.MethodPut, strings.Repeat("x", size)).Code; got != want {
			t.Errorf("%d bytes: got %d, want %d", size, got, want)
		}
	}
}

// CONS-4: a fault in our own code is a 500 without details, and a line in the log, which does not
// repeat the text of the fault.
func TestGuardContainsPanics(t *testing.T) {
	var written bytes.Buffer
	server := httptest.NewUnstartedServer(Guard(http.HandlerFunc(func(w http.ResponseWriter,
		_ *http.Request) {
		w.Header().Set("ETag", `"canary"`)
		panic(errors.New("canary"))
	})))
	server.Config.ErrorLog = log.New(&written, "", 0)
	server.Start()
	answer, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	want := `{"type":"about:blank","title":"Internal Server Error","status":500}` + "\n"
	if answer.StatusCode != http.StatusInternalServerError || string(body) != want || err != nil {
		t.Errorf("got %d, %q and %v, want 500 and %q", answer.StatusCode, body, err, want)
	}
	if h := answer.Header; h.Get("ETag") != "" || h.Get("Content-Type") != "application/problem+json" ||
		h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("got the headers %v, want those of a problem", h)
	}
	server.Close()
	if got := written.String(); !strings.Contains(got, "guard_test.go") || strings.Contains(got, "canary") {
		t.Errorf("log: got %q, want where it was and not what it said", got)
	}
}

// An answer that has begun is cut off.
func TestGuardCutsOff(t *testing.T) {
	server := httptest.NewServer(Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "half")
		http.NewResponseController(w).Flush()
		panic("no more")
	})))
	defer server.Close()
	answer, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(answer.Body); err == nil {
		t.Error("got half an answer that looks whole")
	}
}
