package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/etag"
)

// TestMain sets a proxy, which must have no influence. It does so before any request, because net/http
// reads the environment only once.
func TestMain(m *testing.M) {
	if err := os.Setenv("HTTPS_PROXY", "http://127.0.0.1:1"); err != nil {
		panic(err)
	}
	m.Run()
}

// secrets are the names, paths and values that no error and no log line may have.
var secrets = []string{"127.0.0.1", "canary", "example.com", "Acme Co"}

// opened returns an API with these settings, and its log.
func opened(t testing.TB, settings map[string]any) (*API, *strings.Builder) {
	t.Helper()
	var log strings.Builder
	env := sdktest.Env(t, sdktest.On{Root: "/", Sources: map[string]any{"recorder": settings}})
	env.Log = slog.New(slog.NewTextHandler(&log, nil))
	return Open(env, "recorder"), &log
}

func with(settings map[string]any, name string, value any) map[string]any {
	settings = maps.Clone(settings)
	settings[name] = value
	return settings
}

type status struct {
	Active *int64   `json:"active"`
	Load   *float64 `json:"load"`
	Sites  []site   `json:"sites"`
}

type site struct {
	Calls *uint64 `json:"calls"`
}

type document struct {
	XMLName xml.Name `xml:"status"`
	Active  *int64   `xml:"active"`
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func packed(body string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = io.WriteString(w, body) // memory takes everything
	_ = w.Close()
	return out.String()
}

// compressed answers in gzip, although no request allows it.
func compressed(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "GZip")
		_, _ = io.WriteString(w, body)
	}
}

func code(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://canary.example/canary")
		w.Header().Set("WWW-Authenticate", `Basic realm="canary"`)
		w.WriteHeader(status)
	}
}

// S13, ANON-1: each failure has a reason that an administrator understands, and no error and no log
// line has a name, whatever the product answers.
func TestFaults(t *testing.T) {
	readJSON := func(ctx context.Context, a *API) error {
		_, err := JSON[status](ctx, a, "/canary?user=canary")
		return err
	}
	readXML := func(ctx context.Context, a *API) error {
		_, err := XML[document](ctx, a, "/canary")
		return err
	}
	for name, tt := range map[string]struct {
		read   func(context.Context, *API) error
		answer http.HandlerFunc
		want   sdk.Reason
	}{
		"nothing":            {readJSON, text(""), sdk.Malformed},
		"a page for people":  {readJSON, text("<html><body>canary"), sdk.Malformed},
		"half":               {readJSON, text(`{"active": 1, "canary"`), sdk.Malformed},
		"two answers":        {readJSON, text(`{"active":1}{"active":2}`), sdk.Malformed},
		"another type":       {readJSON, text(`{"active":"canary"}`), sdk.Malformed},
		"a negative size":    {readJSON, text(`{"sites":[{"calls":-1}]}`), sdk.Malformed},
		"no known member":    {readJSON, text(`{"error":"canary"}`), sdk.Malformed},
		"null":               {readJSON, text(`null`), sdk.Malformed},
		"deep":               {readJSON, text(`{"active":1,"x":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + "}"), sdk.Malformed},
		"too long":           {readJSON, text(`{"active":1` + strings.Repeat(" ", maxAnswer) + `}`), sdk.Malformed},
		"not gzip":           {readJSON, compressed(`{"active":1}`), sdk.Malformed},
		"half gzip":          {readJSON, compressed(packed(`{"active":1}`)[:15]), sdk.Malformed},
		"empty gzip":         {readJSON, compressed(""), sdk.Malformed},
		"XML of another":     {readXML, text(`<html><active>1</active></html>`), sdk.Malformed},
		"half XML":           {readXML, text(`<status><active>1</active>`), sdk.Malformed},
		"two documents":      {readXML, text(`<status/><status/>`), sdk.Malformed},
		"text after XML":     {readXML, text(`<status/>canary`), sdk.Malformed},
		"XML of other types": {readXML, text(`<status><active>canary</active></status>`), sdk.Malformed},
		"deep XML":           {readXML, text("<status>" + strings.Repeat("<a>", 99)), sdk.Malformed},
		"a DTD":              {readXML, text(`<!DOCTYPE s [<!ENTITY c "canary">]><status>&c;</status>`), sdk.Malformed},
		"another encoding":   {readXML, text(`<?xml version="1.0" encoding="EBCDIC"?><status/>`), sdk.Malformed},
		"a redirect":         {readJSON, code(http.StatusFound), sdk.Malformed},
		"not changed":        {readJSON, code(http.StatusNotModified), sdk.Malformed},
		"unauthorized":       {readJSON, code(http.StatusUnauthorized), sdk.LoginRefused},
		"forbidden":          {readJSON, code(http.StatusForbidden), sdk.NotPermitted},
		"missing":            {readJSON, code(http.StatusNotFound), sdk.NotOnRelease},
		"not acceptable":     {readJSON, code(http.StatusNotAcceptable), sdk.NotOnRelease},
		"no content":         {readJSON, code(http.StatusNoContent), sdk.SourceFailed},
		"broken":             {readJSON, code(http.StatusBadGateway), sdk.SourceFailed},
		"hangs up": {readJSON, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			sdk.SourceFailed},
		"a long header": {readJSON, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Canary", strings.Repeat("canary", maxHeader))
		}, sdk.SourceFailed},
		"silent": {readJSON, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, sdk.TimedOut},
	} {
		var requests atomic.Int32
		settings := sdktest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			tt.answer(w, r)
		}))
		a, log := opened(t, with(settings, "credentials", sdktest.Secret(t, "canary:canary")))
		limit := time.Minute
		if tt.want == sdk.TimedOut {
			limit = 50 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		err := tt.read(ctx, a)
		cancel()
		if err == nil || sdk.Explain(err) != tt.want || requests.Load() > 1 {
			t.Errorf("%s: got %v after %d requests, want %q after one", name, err, requests.Load(), tt.want)
		}
		anonymous(t, name, err, log)
	}
}

// A request ends after its time, even if the collector has more.
func TestARequestEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer server.Close()
		go func() { _, _ = io.Copy(io.Discard, server) }() // reads the request and never answers
		silent := func(context.Context, string, string) (net.Conn, error) { return client, nil }
		a := &API{turn: make(chan struct{}, 1)}
		at := connection{http: &http.Client{Transport: &http.Transport{DialContext: silent}},
			base: &url.URL{Scheme: "http", Host: "canary"}}
		before := time.Now()
		_, err := a.send(t.Context(), at, request{}, "")
		if took := time.Since(before); sdk.Explain(err) != sdk.TimedOut || took != requestTimeout {
			t.Errorf("got %v after %v, want %q after %v", err, took, sdk.TimedOut, requestTimeout)
		}
	})
}

// A small answer that becomes a large one is not unpacked to its end.
func TestABombIsNotUnpacked(t *testing.T) {
	bomb := packed(strings.Repeat(" ", 2*maxAnswer))
	a, _ := opened(t, sdktest.Serve(t, compressed(bomb[:len(bomb)-99])))
	if _, err := JSON[status](t.Context(), a, ""); !errors.Is(err, errTooLong) {
		t.Errorf("got %v, want %v before the end, which is missing", err, errTooLong)
	}
}

func anonymous(t *testing.T, name string, err error, log fmt.Stringer) {
	t.Helper()
	for _, secret := range secrets {
		if said := fmt.Sprint(err, " ", log); strings.Contains(said, secret) {
			t.Errorf("%s: got %s, want no %q", name, said, secret)
		}
	}
}

// A connection that cannot be made has a reason too. Only the configured authorities are trusted,
// and the environment's proxy is not used.
func TestConnections(t *testing.T) {
	good := sdktest.Serve(t, text(`{"active":1}`))
	plain := strings.Replace(good["url"].(string), "https", "http", 1)
	for name, tt := range map[string]struct {
		settings map[string]any
		want     sdk.Reason
		said     string
	}{
		"the system's authorities": {with(good, "ca", ""), sdk.Untrusted, "not from an authority in ca"},
		"another name":             {with(good, "server_name", "canary.test"), sdk.Untrusted, "server_name"},
		"nobody listens":           {with(good, "url", "https://127.0.0.1:1/canary"), sdk.Refused, "send the request"},
		"no such host":             {with(good, "url", "https://canary.invalid"), sdk.Unresolved, "send the request"},
		"no TLS":                   {with(good, "url", plain), sdk.Misconfigured, "misconfigured"},
	} {
		a, log := opened(t, tt.settings)
		_, err := JSON[status](t.Context(), a, "")
		if sdk.Explain(err) != tt.want || tt.want != sdk.Misconfigured && !strings.Contains(err.Error(), tt.said) {
			t.Errorf("%s: got %v, want %q and %q", name, err, tt.want, tt.said)
		}
		anonymous(t, name, err, log)
	}
}

// S6: the log names the wrong setting, once, without its value, and the document holds only a
// reason.
func TestWrongSettings(t *testing.T) {
	good := map[string]any{"url": "https://canary.example:8443/canary"}
	secret := sdktest.Secret(t, "canary:canary")
	for name, tt := range map[string]struct {
		settings map[string]any
		want     string
	}{
		"no URL":           {with(good, "url", "canary"), "url: not a URL"},
		"a bad URL":        {with(good, "url", "https://canary:port"), "url: not a URL"},
		"a login in it":    {with(good, "url", "https://canary:canary@canary.example"), "url: must have only"},
		"a query in it":    {with(good, "url", "https://canary.example/?canary"), "url: must have only"},
		"a missing file":   {with(good, "credentials", "/canary"), "credentials: no such file"},
		"a folder":         {with(good, "token", t.TempDir()), "token: not a regular file"},
		"two lines":        {with(good, "token", sdktest.Secret(t, "canary\ncanary")), "token: the file must have one"},
		"an odd token":     {with(good, "token", sdktest.Secret(t, "canary\tcanary")), "token: a token has no"},
		"an empty token":   {with(good, "token", sdktest.Secret(t, "")), "token: the file must have one"},
		"two logins":       {with(with(good, "token", secret), "credentials", secret), "both credentials and token"},
		"no authorities":   {with(good, "ca", secret), "ca: the file has no certificate"},
		"an extra setting": {with(good, "user", "canary"), "unknown field"},
	} {
		a, log := opened(t, tt.settings)
		for range 2 {
			if _, err := JSON[status](t.Context(), a, ""); sdk.Explain(err) != sdk.Misconfigured {
				t.Errorf("%s: got %v, want %q", name, err, sdk.Misconfigured)
			}
		}
		if strings.Count(log.String(), tt.want) != 1 {
			t.Errorf("%s: got log %q, want %q once", name, log, tt.want)
		}
		anonymous(t, name, nil, log)
	}
	unused := Open(sdktest.Env(t, sdktest.On{}), "recorder")
	if _, err := JSON[status](t.Context(), unused, ""); sdk.Explain(err) != sdk.NotConfigured {
		t.Errorf("got %v, want %q", err, sdk.NotConfigured)
	}
}

// A profile declares the settings by `interface: https`. They are exactly those that are read, each
// with the check that the host makes.
func TestTheInterfaceIsTheSettings(t *testing.T) {
	want := map[string]string{"url": "url!", "credentials": "secret", "token": "secret", "ca": "ca",
		"server_name": "text"}
	declared, _ := profile.Interface("https")
	got := map[string]string{}
	for _, s := range declared.Settings {
		got[s.Name] = string(s.Kind) + map[bool]string{true: "!"}[s.Required]
	}
	if diff := cmp.Diff(want, got); diff != "" || reflect.TypeFor[settings]().NumField() != len(want) {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// S6: the files of an administrator's editor are read, and the login reaches the product as it is.
func TestLogins(t *testing.T) {
	for name, tt := range map[string]struct{ setting, text, want string }{
		"basic":  {"credentials", "\ufeffuser:pass:word\r\n", "Basic dXNlcjpwYXNzOndvcmQ="},
		"bearer": {"token", " abc.DEF-123==\r\n", "Bearer abc.DEF-123=="},
		"none":   {"server_name", "", ""},
	} {
		var got string
		settings := sdktest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Get("Authorization")
			text(`{"active":1}`)(w, r)
		}))
		value := ""
		if tt.text != "" {
			value = sdktest.Secret(t, tt.text)
		}
		a, _ := opened(t, with(settings, tt.setting, value))
		if _, err := JSON[status](t.Context(), a, "/status"); err != nil || got != tt.want {
			t.Errorf("%s: got the header %q, %v, want %q", name, got, err, tt.want)
		}
	}
}

// SEND-5: one request is under way at a time, a refused login is not tried again, and the number of
// requests is bounded.
func TestTheLoadIsBounded(t *testing.T) {
	var mu sync.Mutex
	requests, under, most := 0, 0, 0
	answer := text(`{"active":1}`)
	settings := sdktest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		requests++
		under++
		most = max(most, under)
		mu.Unlock()
		answer(w, r)
		mu.Lock()
		under--
		mu.Unlock()
	}))
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   int
		reason sdk.Reason
	}{
		"good":    {text(`{"active":1}`), maxRequests, sdk.Unexplained},
		"refused": {code(http.StatusUnauthorized), 1, sdk.LoginRefused},
	} {
		requests, answer = 0, tt.answer
		a, _ := opened(t, settings)
		var all sync.WaitGroup
		for range maxRequests + 10 {
			all.Go(func() { _, _ = JSON[status](t.Context(), a, "/status") })
		}
		all.Wait()
		_, err := JSON[status](t.Context(), a, "/status")
		if requests != tt.want || most != 1 || sdk.Explain(err) != tt.reason {
			t.Errorf("%s: got %d requests, %d at once, then %v, want %d, 1 and %q", name, requests, most, err, tt.want,
				tt.reason)
		}
	}
}

// A path that is made of an answer leads to no other place, and the query reaches the product.
func TestPaths(t *testing.T) {
	var got string
	settings := sdktest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.URL.String()
		text(`{"active":1}`)(w, r)
	}))
	settings["url"] = settings["url"].(string) + "/api/"
	for path, want := range map[string]string{
		"":                       "/api/",
		"/status":                "/api/status",
		"?view=short":            "/api/?view=short",
		"/a%20b/c?d=%2F&e":       "/api/a%20b/c?d=%2F&e",
		"status":                 "",
		"@canary.test/":          "",
		"/../canary":             "",
		"/x/%2e%2e/canary":       "",
		"/x#canary":              "",
		"/canary\r\nHost: c":     "",
		"/%zz":                   "",
		"/canary%2F..%2Fanother": "",
	} {
		got = ""
		a, log := opened(t, settings)
		_, err := JSON[status](t.Context(), a, path)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: got a request for %q, %v, want %q", path, got, err, want)
		}
		anonymous(t, path, err, log)
	}
}

// A number that means unknown is left out. A byte order mark and a compressed answer are no fault.
func TestValues(t *testing.T) {
	const body = `{"active":4294967295,"load":1.5,"sites":[{"calls":18446744073709551615},{"calls":7}]}`
	for name, answer := range map[string]http.HandlerFunc{
		"plain": text("\ufeff" + body), "compressed": compressed(packed(body)),
	} {
		a, _ := opened(t, sdktest.Serve(t, answer))
		got, err := JSON[status](t.Context(), a, "")
		if err != nil || got.Active != nil || *got.Load != 1.5 || got.Sites[0].Calls != nil ||
			*got.Sites[1].Calls != 7 {
			t.Errorf("%s: got %+v, %v, want 1.5 and 7 only", name, got, err)
		}
	}
	a, _ := opened(t, sdktest.Serve(t, text("<?xml version='1.0'?><!-- x -->\n<status><active>7</active></status>\n")))
	if got, err := XML[document](t.Context(), a, ""); err != nil || *got.Active != 7 {
		t.Errorf("got %+v, %v, want 7", got, err)
	}
	a, _ = opened(t, sdktest.Serve(t, text(`{"active":0}`)))
	type plain struct {
		Active int64 `json:"active"`
	}
	if got, err := JSON[plain](t.Context(), a, ""); err != nil || got.Active != 0 {
		t.Errorf("got %+v, %v, want zero", got, err)
	}
	type nameless struct{ Active *int64 }
	if _, err := XML[nameless](t.Context(), a, ""); !errors.Is(err, errNoName) {
		t.Errorf("got %v, want %v", err, errNoName)
	}
}

// An answer with an ETag is read once, until it changes, is confirmed for a day, or is read with
// another type or by another user. What is carried has nothing but the members that are read.
func TestUnchangedAnswersAreNotReadAgain(t *testing.T) {
	var tag, body string
	read, confirmed := 0, 0
	settings := sdktest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			confirmed++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		read++
		text(body)(w, r)
	}))
	var carried []byte
	cycle := func(settings map[string]any) (int64, error) {
		sources := map[string]any{"recorder": settings}
		env := sdktest.Env(t, sdktest.On{Root: "/", Sources: sources, Carryover: carried})
		got, err := JSON[status](t.Context(), Open(env, "recorder"), "/users/canary")
		carried = sdktest.Carried(env.Carryover)
		if err != nil {
			return 0, err
		}
		return *got.Active, nil
	}
	tag, body = `"1"`, `{"active":1,"name":"canary"}`
	for range 2 + etag.MaxConfirmed {
		if got, err := cycle(settings); err != nil || got != 1 {
			t.Fatalf("got %d, %v, want 1", got, err)
		}
	}
	if read != 2 || confirmed != etag.MaxConfirmed {
		t.Errorf("got %d answers and %d confirmations, want 2 and %d", read, confirmed, etag.MaxConfirmed)
	}
	if shown := sdktest.Remembered(carried); strings.Contains(fmt.Sprint(shown), "canary") {
		t.Errorf("got %v carried, want no name", shown)
	}
	other := with(settings, "credentials", sdktest.Secret(t, "other:user"))
	if got, err := cycle(other); err != nil || got != 1 || read != 3 {
		t.Errorf("another user: got %d, %v after %d answers, want 1 after 3", got, err, read)
	}
	tag, body = `"2"`, `{"active":2}`
	if got, err := cycle(other); err != nil || got != 2 {
		t.Errorf("after a change: got %d, %v, want 2", got, err)
	}
	tag, body, carried = "odd\ttag", `{"active":3}`, nil
	if got, err := cycle(settings); err != nil || got != 3 || len(sdktest.Remembered(carried)) != 0 {
		t.Errorf("an odd tag: got %d, %v, %v carried, want 3 and nothing", got, err, sdktest.Remembered(carried))
	}
}

// FuzzDecode checks that every answer gives a value or an error that is malformed, and never a
// crash.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"active":1,"load":2.5,"sites":[{"calls":18446744073709551615},null]}`))
	f.Add([]byte("\ufeff<status><active>7</active></status>"))
	f.Add([]byte(`<?xml version="1.0"?><!DOCTYPE x><status xmlns:a="b" a:c="d"><![CDATA[x]]></status>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var object status
		var element document
		for _, err := range []error{decodeJSON(bytes.Clone(text), &object), decodeXML(text, &element)} {
			if err != nil && sdk.Explain(err) != sdk.Malformed {
				t.Errorf("got %v, want %q", err, sdk.Malformed)
			}
		}
	})
}
