package platformapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance"
	standin "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/privateca"
)

// TestFaults checks that each failure has a reason that an administrator understands, and a message
// that identifies no one.
func TestFaults(t *testing.T) {
	table := []struct {
		name  string
		fault standin.Fault
		want  sdk.Reason
	}{
		{"HTML", standin.Fault{HTML: true}, sdk.Malformed},
		{"half", standin.Fault{Cut: true}, sdk.Malformed},
		{"wrong types", standin.Fault{WrongTypes: true}, sdk.Malformed},
		{"endless", standin.Fault{Endless: true}, sdk.Malformed},
		{"redirect", standin.Fault{Redirect: "https://192.0.2.7/login"}, sdk.Malformed},
		{"unauthorized", standin.Fault{Status: http.StatusUnauthorized}, sdk.LoginRefused},
		{"forbidden", standin.Fault{Status: http.StatusForbidden}, sdk.NotPermitted},
		{"missing", standin.Fault{Status: http.StatusNotFound}, sdk.NotOnRelease},
		{"not acceptable", standin.Fault{Status: http.StatusNotAcceptable}, sdk.NotOnRelease},
		{"broken", standin.Fault{Status: http.StatusInternalServerError}, sdk.SourceFailed},
		{"busy", standin.Fault{Status: http.StatusServiceUnavailable}, sdk.SourceFailed},
		{"silent", standin.Fault{Hang: true}, sdk.TimedOut},
	}
	for _, row := range table {
		a := appliance.PlatformAPI(t, standin.Config{})
		a.Faults.SetAll(row.fault)
		c, log := client(t, appliance.APISource(t, a))
		limit := time.Minute
		if row.fault.Hang {
			limit = 50 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		_, err := readStatus(ctx, c)
		cancel()
		if err == nil || sdk.Explain(err) != row.want {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
			continue
		}
		host, _ := url.Parse(a.URL())
		for _, secret := range []string{host.Host, host.Hostname(), "192.0.2.7", "reporter", "fault on command"} {
			if strings.Contains(err.Error()+log.String(), secret) {
				t.Errorf("%s: got %q and log %q, want no %q", row.name, err, log, secret)
			}
		}
	}
}

// S13: if the status is success, or close to it, but the body is not a complete answer in JSON, the
// answer is rejected.
func TestInvalidAnswers(t *testing.T) {
	const body = `{"plcmPage":{"totalSize":0},"plcmDeviceList":[]}`
	for name, tt := range map[string]struct {
		status         int
		kind, encoding string
		body           string
		want           sdk.Reason
	}{
		"nothing":        {http.StatusNoContent, "application/json", "", "", sdk.SourceFailed},
		"empty":          {http.StatusOK, "application/json", "", "", sdk.Malformed},
		"part":           {http.StatusPartialContent, "application/json", "", body, sdk.SourceFailed},
		"accepted":       {http.StatusAccepted, "application/json", "", body, sdk.SourceFailed},
		"compressed":     {http.StatusOK, "application/json", "gzip", "\x1f\x8b\x08\x00", sdk.Malformed},
		"XML":            {http.StatusOK, "application/vnd.plcm.plcm-device-list+xml", "", "<list/>", sdk.Malformed},
		"JSON as text":   {http.StatusOK, "text/plain", "", body, sdk.Malformed},
		"two answers":    {http.StatusOK, "application/json", "", body + body, sdk.Malformed},
		"too often":      {http.StatusTooManyRequests, "application/json", "", body, sdk.SourceFailed},
		"maintenance":    {http.StatusServiceUnavailable, "text/html", "", "<html>", sdk.SourceFailed},
		"not changed":    {http.StatusNotModified, "application/json", "", "", sdk.SourceFailed},
		"wrong password": {http.StatusUnauthorized, "text/html", "", "<html>", sdk.LoginRefused},
	} {
		requests := 0
		c := odd(t, func(w http.ResponseWriter, _ *http.Request) {
			requests++
			w.Header().Set("Content-Type", tt.kind)
			w.Header().Set("Retry-After", "1")
			if tt.encoding != "" {
				w.Header().Set("Content-Encoding", tt.encoding)
			}
			w.WriteHeader(tt.status)
			_, _ = w.Write([]byte(tt.body)) // some of these have no body
		})
		if got, err := Count(t.Context(), c, devices); sdk.Explain(err) != tt.want || requests != 1 {
			t.Errorf("%s: got %d, %v, after %d requests, want %q after one", name, got, err, requests, tt.want)
		}
	}
}

func TestConnectionsThatFail(t *testing.T) {
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	expired, err := ca.IssueExpired("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	a := appliance.PlatformAPI(t, standin.Config{})
	source := appliance.APISource(t, a)
	gone := appliance.PlatformAPI(t, standin.Config{})
	goneURL := gone.URL()
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	plain, _, _ := strings.Cut(goneURL, "/api")
	outdated := appliance.PlatformAPI(t, standin.Config{CA: ca, Certificate: &expired})
	table := []struct {
		name, member, value string
		source              map[string]any
		want                sdk.Reason
	}{
		{"another authority", "ca", file(t, 0o644, string(ca.PEM())), source, sdk.Untrusted},
		{"the system's authorities", "ca", "", source, sdk.Untrusted},
		{"another name", "server_name", "other.example", source, sdk.Untrusted},
		{"expired", "", "", appliance.APISource(t, outdated), sdk.Untrusted},
		{"nobody listens", "url", plain, source, sdk.Refused},
	}
	for _, row := range table {
		changed := map[string]any{row.member: row.value}
		for member, value := range row.source {
			if member != row.member {
				changed[member] = value
			}
		}
		delete(changed, "")
		c, _ := client(t, changed)
		_, err := Count(t.Context(), c, devices)
		if sdk.Explain(err) != row.want || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: got %v, want %q without a host", row.name, err, row.want)
		}
	}
}

func TestServerNameReplacesTheURLs(t *testing.T) {
	a := appliance.PlatformAPI(t, standin.Config{Hosts: []string{"appliance.example"}})
	source := appliance.APISource(t, a)
	source["server_name"] = "appliance.example"
	c, _ := client(t, source)
	if got, err := Count(t.Context(), c, devices); err != nil || got != 312 {
		t.Errorf("got %d, %v, want 312", got, err)
	}
}

// TestARefusedLoginIsNotTriedAgain covers products that lock accounts: only the requests already
// under way use a refused login.
func TestARefusedLoginIsNotTriedAgain(t *testing.T) {
	a := appliance.PlatformAPI(t, standin.Config{})
	source := appliance.APISource(t, a)
	source["credentials"] = file(t, 0o600, "reporter:wrong")
	c, _ := client(t, source)
	refused := func() {
		if _, err := Count(t.Context(), c, devices); sdk.Explain(err) != sdk.LoginRefused {
			t.Errorf("got %v, want %q", err, sdk.LoginRefused)
		}
	}
	refused()
	refused()
	if got := a.Requests()["/devices"]; got != 1 {
		t.Errorf("one after the other: got %d requests, want 1", got)
	}
	c, _ = client(t, source)
	var all sync.WaitGroup
	for range 10 {
		all.Go(refused)
	}
	all.Wait()
	if got := a.Requests()["/devices"]; got > 1+maxConcurrent {
		t.Errorf("at once: got %d requests more, want %d at most", got-1, maxConcurrent)
	}
}

// SEND-5: at most two requests run at once.
func TestAtMostTwoRequestsAtOnce(t *testing.T) {
	var now, most, number atomic.Int32
	var met sync.WaitGroup
	met.Add(maxConcurrent)
	c := odd(t, func(w http.ResponseWriter, r *http.Request) {
		defer now.Add(-1)
		if at := now.Add(1); at > most.Load() {
			most.Store(at)
		}
		if number.Add(1) <= maxConcurrent { // makes two requests overlap
			met.Done()
			met.Wait()
		}
		pageOf(w, r, 0, 0)
	})
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if _, err := Count(t.Context(), c, devices); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := most.Load(); got != maxConcurrent {
		t.Errorf("got %d requests at once, want %d", got, maxConcurrent)
	}
}

// SEND-5: the number of requests is bounded.
func TestRequestsAreBounded(t *testing.T) {
	requests := 0
	c := odd(t, func(w http.ResponseWriter, r *http.Request) { requests++; pageOf(w, r, 0, 0) })
	var err error
	for range maxRequests + 3 {
		_, err = Count(t.Context(), c, devices)
	}
	if err == nil || requests != maxRequests {
		t.Errorf("got %v after %d requests, want an error after %d", err, requests, maxRequests)
	}
}
