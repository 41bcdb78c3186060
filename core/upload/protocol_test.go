package upload

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/test/collectionpoint"
)

// page returns README.md, the protocol for authors of a collection point.
func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// statuses reads the table of answers: the outcome of each status.
func statuses(t *testing.T) map[int]string {
	t.Helper()
	outcomes := map[int]string{}
	row := regexp.MustCompile(`(?m)^\| (\d{3}[^|]*) \| (accepted|rejected|failed)[^|]*\|`)
	for _, cells := range row.FindAllStringSubmatch(page(t), -1) {
		for _, number := range regexp.MustCompile(`\b\d{3}\b`).FindAllString(cells[1], -1) {
			code, err := strconv.Atoi(number)
			if err != nil || outcomes[code] != "" {
				t.Fatalf("%s is listed twice, or is not a status", number)
			}
			outcomes[code] = cells[2]
		}
	}
	if len(outcomes) < 20 {
		t.Fatalf("the page lists %d statuses, want 20 and more", len(outcomes))
	}
	return outcomes
}

// The bounds on the page are those of the code.
func TestPageGivesTheBounds(t *testing.T) {
	text := strings.Join(strings.Fields(page(t)), " ")
	for _, want := range []string{
		"fit into 4,096 bytes", "waited for one second at most", "obeyed for at most one day", "at most 100 characters",
		"ALPN offers `http/1.1` only", "sent again until its period is 7 days past", "`Stored-Digest: sha-256=:",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page no longer says %q", want)
		}
	}
	s, err := New(dialTo(""))
	if err != nil {
		t.Fatal(err)
	}
	if maxAnswer != 4096 || maxBody != time.Second || maxRetry != 24*time.Hour ||
		RetryPeriod != 7*24*time.Hour || !idForm.MatchString(strings.Repeat("a", 100)) ||
		idForm.MatchString(strings.Repeat("a", 101)) ||
		!slices.Equal(s.tls(&identity{}).NextProtos, []string{"http/1.1"}) {
		t.Error("a bound differs from the page")
	}
}

// The request on the page has the headers of a real one, in their order, and no other.
func TestPageShowsTheRequest(t *testing.T) {
	block := regexp.MustCompile("(?s)```\n(PUT .*?)```").FindStringSubmatch(page(t))
	if block == nil {
		t.Fatal("the page shows no request")
	}
	c := dialTo("")
	c.UserAgent = "usagedata/1.0"
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	request, err := s.request(id, document, false)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(request), "\r\n\r\n")
	if got, want := names(head), names(block[1]); !slices.Equal(got, want) {
		t.Errorf("headers: got %v, the page shows %v", got, want)
	}
}

// names returns the names of a request's headers.
func names(head string) []string {
	var found []string
	for i, line := range strings.Split(strings.TrimSpace(head), "\n") {
		if name, _, ok := strings.Cut(line, ":"); ok && i > 0 {
			found = append(found, name)
		}
	}
	return found
}

// SEND-1: a resend is the same request: the stand-in answers 200 to it, and 409 to another body
// under its id.
func TestResend(t *testing.T) {
	point, config := startPoint(t, collectionpoint.Config{})
	if err := point.Behave("store-hangup"); err != nil {
		t.Fatal(err)
	}
	s, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), id, document, false); err == nil || errors.Is(err, ErrRejected) {
		t.Errorf("hung up: got %v, want an error that is not final", err)
	}
	if err := s.Send(t.Context(), id, document, false); err != nil {
		t.Errorf("again: got %v, want accepted", err)
	}
	if got := point.Received(); len(got) != 1 || !bytes.Equal(got[0].Body, document) {
		t.Errorf("received: got %d documents, want this one once", len(got))
	}
	if err := s.Send(t.Context(), id, []byte(`{"other": true}`), false); !errors.Is(err, ErrRejected) {
		t.Errorf("another body: got %v, want %v", err, ErrRejected)
	}
}
