package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/internal/recording"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/httpapi"
)

// people is a real product's answer: every sort of name is in it, in values, in the names of
// members, and in ways to write them.
const people = `{
	"owner": "jane.doe@canary-corp.example", "displayName": "Jane Canary", "deviceModel": "Group 300",
	"state": "BUSIED_OUT", "active": true, "rooms": 12, "load": 52.520008, "lon": 13.404954, "unknown": 4294967295,
	"version": "8.4.1", "since": "2026-03-01T13:00:00Z", "accountNumber": 4930123456, "nothing": null,
	"host": "ldap1.canary-corp.example", "server": "ldap1.canary-corp.example:636", "short": "canaryhost",
	"ip": "10.33.7.21", "again": "10.33.7.21", "v6": "fd12:3456:789a::cafe", "mac": "00:e0:db:4c:2a:10",
	"cisco": "00e0.db4c.2a10", "link": "https://jane:hidden@canary.example/x?u=canary", "sip": "sip:canary@10.33.7.21",
	"phone": "+49 30 1234567", "dn": "CN=Jane Canary,OU=Vienna,DC=canary", "text": "peer canary at 10.33.7.21 lost",
	"nested": "{\"user\":\"canary\"}", "build": "10.33.7.9", "subnet": "10.33.7", "blob": "Y2FuYXJ5IGNhbmFyeQ==", "unicode": "Jos\u00e9 Can\u0061ry",
	"password": "canary-hunter2", "apiKey": ["canary-key"], "pin": 8765, "userPin": 8765, "passwordMinLength": 9, "auth": {"sessionId": "canary-session"},
	"byUser": {"kcanary": {"calls": 1}, "lcanary": {"calls": 2}}, "byHost": {"10.33.7.22": 3, "mcanary": 4},
	"perUser": {"total": 3, "ncanary": 1, "ocanary": 2}, "perRoom": {"total": 1, "pcanary": 1},
	"zoecanarySettings": true, "plcmFoo": 1, "list": [{"id": "jcanary"}, {"id": "asmith"}, {"id": "jcanary"}]
}`

// canaries are the parts of people that no recording may have.
var canaries = []string{"canary", "jane", "asmith", "hunter2", "10.33.7", "fd12", "e0:db", "00e0", "vienna",
	"30 1234567", "30123456", "8765", "52.52", "13.40", "y2fuyxj5", "hidden", "636"}

// source is the plugin's own code: its texts may stay.
const source = "package main\n\ntype person struct {\n\tOwner, Model string `json:\"owner\"`\n}\n\n" +
	"const people = \"/api/v1/people/%s?owner=%s\"\n\nvar states = []string{\"BUSIED_OUT\", \"Group 300\"}\n"

// product answers like the API of a product. It demands a login, and has names in headers and in
// bodies that are not JSON.
func product(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Set-Cookie", "canary=canary")
	w.Header().Set("Server", "canary.example")
	w.Header().Set("Content-Type", "application/json")
	_, password, _ := r.BasicAuth()
	switch {
	case password != "hunter2" || r.Header.Get("If-None-Match") != "":
		w.WriteHeader(http.StatusUnauthorized)
	case r.URL.Path == "/api/v1/people/jcanary" && r.URL.Query().Get("owner") == "jane.doe@canary-corp.example":
		fmt.Fprint(w, `{"rooms": 7, "nick": "zoecanary"}`)
	case r.URL.Path == "/api/v1/people":
		w.Header().Set("ETag", `"canary"`)
		fmt.Fprint(w, people)
	case r.URL.Path == "/api/v1/large":
		fmt.Fprint(w, strings.Repeat(`"canary"`, maxBody/8+1))
	case r.URL.Path == "/api/v1/deep":
		fmt.Fprint(w, strings.Repeat("[", 100)+`"canary"`+strings.Repeat("]", 100))
	default:
		w.Header().Set("Content-Type", "text/html; charset=canary")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<p>canary is not here")
	}
}

type person struct {
	Owner *string `json:"owner"`
	Rooms *int64  `json:"rooms"`
	List  []struct {
		ID string `json:"id"`
	} `json:"list"`
}

// readPeople is a plugin that follows a path made of an answer.
func readPeople(ctx context.Context, api *httpapi.API) (first, second person, err error) {
	if first, err = httpapi.JSON[person](ctx, api, "/people"); err != nil {
		return first, second, err
	}
	second, err = httpapi.JSON[person](ctx, api,
		"/people/"+url.PathEscape(first.List[0].ID)+"?owner="+url.QueryEscape(*first.Owner))
	return first, second, err
}

// recorded records what read does, and returns the file and the output.
func recorded(t *testing.T, read func(settings map[string]any)) (path, said string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "acme")
	made(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "source.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	server := sdktest.Serve(t, http.HandlerFunc(product))
	path = filepath.Join(t.TempDir(), "people.json")
	p, err := parseRecord([]string{"-to", fmt.Sprint(server["url"], "/api/v1"), "-ca", fmt.Sprint(server["ca"]),
		"-out", path, "-plugin", dir}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := p.run(ctx, in)
		done <- errors.Join(err, in.Close())
	}()
	var head [1024]byte
	n, err := out.Read(head[:]) // all settings are printed at once
	settings := regexp.MustCompile(`(?s)url: (\S+)\nca: (\S+)\n`).FindStringSubmatch(string(head[:n]))
	if err != nil || settings == nil {
		t.Fatalf("got %q, %v, want the settings of a source", head[:n], err)
	}
	read(map[string]any{"url": settings[1], "ca": settings[2],
		"credentials": sdktest.Secret(t, "canary:hunter2")})
	stop()
	rest, err := io.ReadAll(out)
	if err := errors.Join(err, <-done); err != nil {
		t.Fatalf("%v\n%s", err, rest)
	}
	if _, err := os.Stat(settings[2]); err == nil {
		t.Errorf("got %s left behind, want nothing", settings[2])
	}
	return path, string(rest)
}

func openedAPI(t *testing.T, settings map[string]any) *httpapi.API {
	return httpapi.Open(sdktest.Env(t, sdktest.On{Sources: map[string]any{"people": settings}}), "people")
}

// PLUG-2, ANON-1: a recording of a real product has no name, no secret and no header, and a plugin
// reads it as it read the product.
func TestRecord(t *testing.T) {
	path, said := recorded(t, func(settings map[string]any) {
		api := openedAPI(t, settings)
		first, second, err := readPeople(t.Context(), api)
		if err != nil || *first.Rooms != 12 || *second.Rooms != 7 {
			t.Errorf("got %v, %v, %v through the proxy, want the product's answers", first, second, err)
		}
		if _, err := httpapi.JSON[person](t.Context(), api, "/people"); err != nil {
			t.Errorf("the same again: got %v, want a whole answer", err)
		}
		for _, at := range []string{"/canary", "/large", "/deep", "/people?jcanary=canary&password=hunter2"} {
			_, _ = httpapi.JSON[person](t.Context(), api, at) // some of them are no answer for the plugin
		}
	})
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, canary := range canaries {
		if strings.Contains(strings.ToLower(string(text)+said), canary) {
			t.Errorf("got %q in the recording or the output, want it replaced\n%s\n%s", canary, text, said)
		}
	}
	if !strings.Contains(string(text), "password="+removed) {
		t.Errorf("got %s, want the password in the query removed", text)
	}
	for _, want := range []string{"plcmFoo", "1 × not JSON: the body is left out", "1 × not valid JSON",
		"1 × longer than 4 MiB"} {
		if !strings.Contains(said, want) {
			t.Errorf("got %s, want %q", said, want)
		}
	}
	settings := sdktest.Recorded(t, path)
	first, second, err := readPeople(t.Context(), openedAPI(t, settings))
	if err != nil || *first.Rooms != 12 || *second.Rooms != 7 || len(first.List) != 3 ||
		first.List[0] != first.List[2] || first.List[0] == first.List[1] {
		t.Errorf("got %v, %v, %v played back, want the recorded answers", first, second, err)
	}
	_, err = httpapi.JSON[person](t.Context(), openedAPI(t, settings), "/other")
	if sdk.Explain(err) != sdk.NotOnRelease {
		t.Errorf("another path: got %v, want %q", err, sdk.NotOnRelease)
	}
	keeps(t, path)
}

// keeps checks what must stay in a recording, so that it is a case for a test.
func keeps(t *testing.T, path string) {
	t.Helper()
	file, err := recording.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(file.Answers[0].Body, &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"state": "BUSIED_OUT", "deviceModel": "Group 300", "version": "8.4.1",
		"since": "2026-03-01T13:00:00Z", "active": true, "rooms": 12.0, "unknown": 4294967295.0, "load": 52.5,
		"plcmFoo": 1.0, "nothing": nil, "password": removed, "pin": 0.0, "userPin": 0.0,
		"passwordMinLength": 9.0, "again": got["ip"]} {
		if value, there := got[name]; !there || value != want {
			t.Errorf("%s: got %v, want %v", name, got[name], want)
		}
	}
	for name, want := range map[string]string{"ip": `^198\.1[89]\.`, "v6": `^2001:db8::`, "mac": "^02:",
		"owner": `^email-\w+@example\.invalid$`, "host": `^host-\w+\.invalid$`, "link": `^https://uri-\w+\.invalid/$`,
		"displayName": `^name-\w+$`, "accountNumber": `^4\.9\d*e\+09$`} {
		if value := fmt.Sprint(got[name]); !regexp.MustCompile(want).MatchString(value) {
			t.Errorf("%s: got %v, want %s", name, value, want)
		}
	}
}

// FuzzReplace checks that any JSON gives JSON again, and that a text of the product does not stay in a
// value.
func FuzzReplace(f *testing.F) {
	f.Add([]byte(people))
	f.Add([]byte(`[-12345678901234567890123, 1e400, 1e-400, 0.0000001, "\ud800", "1.2.3.4.5", {"": ""}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		value, err := decodeJSON(text)
		if err != nil {
			return
		}
		names := newReplacer(vocabulary{texts: map[string]bool{"owner": true}})
		again, err := json.Marshal(names.value([]any{value, "canary.example"}, false))
		if err != nil || !json.Valid(again) || strings.Contains(string(again), `"canary.example"`) {
			t.Errorf("got %s, %v, want JSON without the name", again, err)
		}
	})
}

// PLUG-2: a plugin in any language trusts the proxy's certificate: curl and others refuse an issuer without a name.
func TestProxyCertificateHasAnIssuer(t *testing.T) {
	own, _, err := ownCertificate(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(own.Certificate[0])
	if err != nil || len(certificate.Issuer.Names) == 0 || len(certificate.Subject.Names) == 0 {
		t.Errorf("got the issuer %q, the subject %q, %v, want names", certificate.Issuer, certificate.Subject, err)
	}
}

// A command line that is wrong gives a hint, before anything is recorded.
func TestRecordMistakes(t *testing.T) {
	exists := sdktest.Secret(t, "no certificate")
	for name, tt := range map[string]struct {
		args []string
		said string
	}{
		"nothing":        {nil, "give -to and -out"},
		"no TLS":         {[]string{"-to", "http://localhost", "-out", "x"}, "-to must have only"},
		"a query":        {[]string{"-to", "https://localhost/api?a=b", "-out", "x"}, "-to must have only"},
		"a login":        {[]string{"-to", "https://a:b@localhost", "-out", "x"}, "-to must have only"},
		"a file is lost": {[]string{"-to", "https://localhost", "-out", exists}, "-out exists already"},
		"no plugin":      {[]string{"-to", "https://localhost", "-out", "x", "-plugin", t.TempDir()}, "-plugin: "},
	} {
		code, said := command(append([]string{"record"}, tt.args...)...)
		if code != exitUsage || !strings.Contains(said, tt.said) || !strings.Contains(said, "\nhint: ") {
			t.Errorf("%s: got exit %d and\n%s\nwant exit %d, %q and a hint", name, code, said, exitUsage, tt.said)
		}
	}
}
