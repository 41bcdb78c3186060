package login

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fixture is an [Authenticator] with a handler behind it, and a clock that the test sets.
type fixture struct {
	http.Handler
	door  *Authenticator
	token string
	now   time.Time
}

func newFixture() *fixture {
	h := &fixture{now: noon}
	door, token := New(func() time.Time { return h.now })
	h.door, h.token = door, token
	content := func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "content") }
	h.Handler = door.Guard(http.HandlerFunc(content))
	return h
}

// visit makes one request, with the session if there is one.
func (h *fixture) visit(method, target, host, session string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r.Host = host
	if session != "" {
		r.AddCookie(&http.Cookie{Name: cookie, Value: session})
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func (h *fixture) login(token string) *http.Response {
	return h.visit("GET", "/login?token="+url.QueryEscape(token), "127.0.0.1:9000", "")
}

func (h *fixture) enter(t *testing.T) string {
	t.Helper()
	got := h.login(h.token)
	if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "./" || len(got.Cookies()) != 1 {
		t.Fatalf("login: got %d to %q with %d cookies", got.StatusCode, got.Header.Get("Location"), len(got.Cookies()))
	}
	c := got.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.MaxAge != 0 || c.Domain != "" {
		t.Errorf("cookie: got %+v want one of the session and this address, out of reach of scripts and other sites", c)
	}
	return c.Value
}

func body(r *http.Response) string {
	text, _ := io.ReadAll(r.Body)
	return string(text)
}

// CONS-2: a browser with the token is logged in; others see how to log in, and no content.
func TestLogin(t *testing.T) {
	h := newFixture()
	if len(h.token) < 43 {
		t.Errorf("token: got %d characters want 256 bits", len(h.token))
	}
	for _, session := range []string{"", "made-up", h.token} {
		got := h.visit("GET", "/", "localhost:9000", session)
		if text := body(got); got.StatusCode != http.StatusUnauthorized || strings.Contains(text, "content\n") ||
			!strings.Contains(text, "usagedata web") {
			t.Errorf("session %q: got %d %q want 401 and how to log in", session, got.StatusCode, text)
		}
	}
	session := h.enter(t)
	for _, target := range []string{"/", "/journal?outcome=failed", "/login/"} {
		if got := h.visit("GET", target, "127.0.0.1:9000", session); got.StatusCode != http.StatusOK ||
			body(got) != "content" {
			t.Errorf("%s: got %d want the content", target, got.StatusCode)
		}
	}
	if got := h.login(h.token); got.StatusCode != http.StatusForbidden || len(got.Cookies()) != 0 {
		t.Errorf("the token again: got %d want 403", got.StatusCode)
	}
}

// An old token is worthless, and a token that is only looked at is not used up.
func TestTokenExpires(t *testing.T) {
	h := newFixture()
	for _, method := range []string{"HEAD", "POST", "PUT"} {
		got := h.visit(method, "/login?token="+h.token, "localhost", "")
		if got.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: got %d want 405", method, got.StatusCode)
		}
	}
	h.now = noon.Add(tokenLife)
	h.enter(t)
	h = newFixture()
	h.now = noon.Add(tokenLife + time.Second)
	for range 2 {
		if got := h.login(h.token); got.StatusCode != http.StatusForbidden || len(got.Cookies()) != 0 {
			t.Errorf("late: got %d want 403", got.StatusCode)
		}
		h.now = noon
	}
}

// T13: guessing, however often, is answered with 429 and reported once, and shuts out neither a
// browser with the token nor one with a session.
func TestWrongTokens(t *testing.T) {
	h := newFixture()
	reported := 0
	h.door.Guessed = func() { reported++ }
	guess := func(times, want int) {
		t.Helper()
		for i := range times {
			if got := h.login("guess"); got.StatusCode != want || len(got.Cookies()) != 0 {
				t.Fatalf("guess %d: got %d, want %d", i+1, got.StatusCode, want)
			}
		}
	}
	guess(mostWrong-1, http.StatusForbidden)
	guess(1000, http.StatusTooManyRequests)
	session := h.enter(t)
	guess(1000, http.StatusTooManyRequests)
	if got := h.login(h.token); got.StatusCode != http.StatusTooManyRequests || len(got.Cookies()) != 0 {
		t.Errorf("the token again: got %d, want 429", got.StatusCode)
	}
	if got := h.visit("GET", "/", "localhost", session); got.StatusCode != http.StatusOK {
		t.Errorf("with the session: got %d, want 200", got.StatusCode)
	}
	if reported != 1 {
		t.Errorf("got %d reports, want 1", reported)
	}
}

// A session ends when it is no longer used, and not before.
func TestSessionEnds(t *testing.T) {
	h := newFixture()
	session := h.enter(t)
	for range 5 {
		h.now = h.now.Add(idle)
		if got := h.visit("GET", "/", "localhost", session); got.StatusCode != http.StatusOK {
			t.Fatalf("used each half hour: got %d want 200", got.StatusCode)
		}
	}
	h.now = h.now.Add(idle + time.Second)
	if got := h.visit("GET", "/", "localhost", session); got.StatusCode != http.StatusUnauthorized ||
		!strings.Contains(body(got), "30 minutes of inactivity") {
		t.Errorf("idle: got %d want 401 and why", got.StatusCode)
	}
	h.now = h.now.Add(-idle)
	if got := h.visit("GET", "/", "localhost", session); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("with the clock turned back: got %d want 401: it has ended", got.StatusCode)
	}
}

// A foreign name that points at loopback gets nothing, not even with the session.
func TestForeignHostNames(t *testing.T) {
	h := newFixture()
	session := h.enter(t)
	for host, want := range map[string]int{
		"127.0.0.1:9000": 200, "127.0.0.1": 200, "localhost:8080": 200, "LOCALHOST": 200, "[::1]:9000": 200,
		"[::1]":             200,
		"127.9.8.7:1":       200,
		"evil.example:9000": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "10.0.0.1:9000": 421,
		"":               421,
		"0.0.0.0:9000":   421,
		"[fe80::1]:9000": 421,
	} {
		if got := h.visit("GET", "/", host, session); got.StatusCode != want {
			t.Errorf("host %q: got %d want %d", host, got.StatusCode, want)
		}
	}
}

// Without the session, no answer contains any of the content, whatever the request is.
func FuzzGuard(f *testing.F) {
	f.Add("GET", "/", "127.0.0.1", "x")
	f.Add("POST", "/login?token=a&token=b", "localhost:1", "")
	f.Fuzz(func(t *testing.T, method, target, host, session string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		h := newFixture()
		r := &http.Request{Method: method, URL: u, Host: host, Header: http.Header{"Cookie": {cookie + "=" + session}}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code < 400 || w.Body.String() == "content" {
			t.Errorf("got %d %q without the token", w.Code, w.Body)
		}
	})
}
