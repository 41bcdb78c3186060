package upload

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/usage"
)

// SEND-1: each answer accepts the document, is final, or is tried again, as README.md says; so do
// statuses that it does not name.
func TestAnswers(t *testing.T) {
	const accepted, rejected, failed = "accepted", "rejected", "failed"
	outcomes := map[int]string{299: failed, 499: rejected, 599: failed, 999: failed}
	maps.Copy(outcomes, statuses(t))
	for code, want := range outcomes {
		c := start(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
			if code != 204 && code != 304 {
				_, _ = io.WriteString(w, "secret")
			}
			if r.URL.Path == "/elsewhere" {
				t.Error("a redirect was followed")
			}
		})
		err := send(t, c)
		got := failed
		if err == nil {
			got = accepted
		} else if errors.Is(err, ErrRejected) {
			got = rejected
		}
		if got != want {
			t.Errorf("%d: got %s (%v), want %s", code, got, err, want)
		}
		// An administrator reads more than a number.
		inWords := got == rejected || err != nil && code < 400
		if inWords && (!strings.Contains(err.Error(), ": the ") && !strings.Contains(err.Error(), ": this ") ||
			usage.HintOf(err) == "") {
			t.Errorf("%d: got %v (%s), want it to say why, and what to do", code, err, usage.HintOf(err))
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%d: the error repeats the answer: %v", code, err)
		}
	}
}

// SEND-1: both forms of Retry-After, bounded, by the other side's clock.
func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 13, 30, 0, 0, time.UTC)
	theirs := now.Add(-time.Hour)
	at := func(t time.Time) string { return t.Format(http.TimeFormat) }
	for _, c := range []struct {
		after, date string
		want        time.Duration
		said        bool
	}{
		{"120", "", 2 * time.Minute, true},
		{"0", "", 0, true},
		{"999999999", "", maxRetry, true},
		{"9999999999", "", maxRetry, true},
		{"99999999999999999999", "", maxRetry, true},
		{"-5", "", 0, false},
		{"soon", "", 0, false},
		{"", "", 0, false},
		{at(now.Add(time.Minute)), "", time.Minute, true},
		{at(theirs.Add(time.Minute)), at(theirs), time.Minute, true},
		{at(now.Add(-time.Minute)), "", 0, true},
		{at(now.Add(1000 * time.Hour)), "", maxRetry, true},
	} {
		header := http.Header{"Retry-After": {c.after}, "Date": {c.date}}
		err := fmt.Errorf("upload: %w", reply{code: 503, header: header}.judge(nil, now))
		if got, said := RetryAfter(err); got != c.want || said != c.said {
			t.Errorf("%q at %q: got %v and %v, want %v and %v", c.after, c.date, got, said, c.want, c.said)
		}
	}
	if _, said := RetryAfter(io.EOF); said {
		t.Error("another error: got a time to wait")
	}
}

// SEND-4, SEND-5: an answer is bounded in size and time, however it is given.
func TestAnswerIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		answer   func(w io.Writer)
		accepted bool
	}{
		"long body":    {func(w io.Writer) { forever(w, "HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 1000)) }, true},
		"wrong length": {func(w io.Writer) { fmt.Fprint(w, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx") }, true},
		"long header":  {func(w io.Writer) { forever(w, "HTTP/1.1 200 OK\r\nX: ", strings.Repeat("x", 1000)) }, false},
		"many headers": {func(w io.Writer) { forever(w, "HTTP/1.1 200 OK\r\n", "X: y\r\n") }, false},
		"only 1xx":     {func(w io.Writer) { forever(w, "", "HTTP/1.1 100 Continue\r\n\r\n") }, false},
		"first 1xx": {func(w io.Writer) { fmt.Fprint(w, "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 \r\n\r\n") },
			true},
		"not HTTP":      {func(w io.Writer) { fmt.Fprint(w, "220 secret ESMTP\r\n") }, false},
		"other version": {func(w io.Writer) { fmt.Fprint(w, "HTTP/secret 200 OK\r\n\r\n") }, false},
		"nothing":       {func(io.Writer) {}, false},
		"half a line":   {func(w io.Writer) { fmt.Fprint(w, "HTTP/1.1 20") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := send(t, start(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				conn, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				c.answer(conn)
			}))
			if (err == nil) != c.accepted {
				t.Errorf("got %v, want accepted %v", err, c.accepted)
			}
			if err != nil && (strings.Contains(err.Error(), "secret") || errors.Is(err, ErrRejected)) {
				t.Errorf("got %v, want no rejection and nothing of the answer", err)
			}
		})
	}
}

// SEND-4: if an answer does not end, no more than the bound is read, because each byte counts in
// the hour's budget.
func TestNoMoreThanTheBoundIsRead(t *testing.T) {
	for begin, then := range map[string]string{
		"HTTP/1.1 200 OK\r\n\r\n": "x", "HTTP/1.1 200 OK\r\nX: ": "x", "HTTP/1.1 200 OK\r\n": "X: y\r\n",
		"": "HTTP/1.1 100 Continue\r\n\r\n",
	} {
		ours, theirs := net.Pipe()
		given, ended := 0, make(chan struct{})
		go func() {
			defer close(ended)
			forever(writerFunc(func(p []byte) (int, error) {
				n, err := theirs.Write(p)
				given += n
				return n, err
			}), begin, then)
		}()
		_, _ = readAnswer(ours)
		ours.Close()
		<-ended
		if given > maxAnswer {
			t.Errorf("%q: got %d bytes read, want at most %d", begin, given, maxAnswer)
		}
	}
}

type writerFunc func(p []byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

func forever(w io.Writer, begin, then string) {
	_, err := io.WriteString(w, begin)
	for err == nil {
		_, err = io.WriteString(w, then)
	}
}

// A body that never ends does not hold up an answer that was given.
func TestBodyIsNotWaitedFor(t *testing.T) {
	over := make(chan struct{})
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		<-over
	})
	defer close(over)
	c.Timeout = time.Hour // only the bound of the body's time ends it sooner
	if err := send(t, c); err != nil {
		t.Errorf("got %v, want accepted", err)
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nRetry-After: 5\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 \r\nContent-Length: 5\r\n\r\nabc"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		ours, theirs := net.Pipe()
		go func() {
			_, _ = theirs.Write(answer)
			theirs.Close()
		}()
		defer ours.Close()
		r, err := readAnswer(ours)
		if err != nil {
			return
		}
		wait, said := RetryAfter(r.judge(nil, time.Now()))
		if wait < 0 || wait > maxRetry || !said && wait != 0 {
			t.Errorf("wait: got %v and %v", wait, said)
		}
	})
}
