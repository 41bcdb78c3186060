package upload

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxAnswer bounds the bytes that are read of an answer, headers included, and maxBody the wait
	// for the end of a body that we otherwise ignore.
	maxAnswer = 4 << 10
	maxBody   = time.Second
	// maxRetry bounds the wait that a collection point may ask for.
	maxRetry = 24 * time.Hour
)

// readAnswer reads status and headers, and then the body within the bounds, because a connection
// closes cleanly only if nothing is left in it.
func readAnswer(from net.Conn) (reply, error) {
	within := &bounded{from, maxAnswer}
	in := bufio.NewReader(within)
	head, err := readHead(in, nil)
	if err != nil {
		return reply{begun: within.left < maxAnswer}, err
	}
	_ = from.SetReadDeadline(time.Now().Add(maxBody))
	_, err = io.Copy(io.Discard, head.Body) // only the status matters
	complete := err == nil && !head.Close && head.ProtoAtLeast(1, 1) && in.Buffered() == 0
	return reply{code: head.StatusCode, header: head.Header, begun: true, complete: complete}, nil
}

// readHead reads status and headers of the final answer, and skips those that only announce it
// (1xx).
func readHead(in *bufio.Reader, asked *http.Request) (*http.Response, error) {
	for {
		answer, err := http.ReadResponse(in, asked)
		if err != nil {
			return nil, err
		}
		if answer.StatusCode >= 200 || answer.StatusCode == http.StatusSwitchingProtocols {
			return answer, nil
		}
	}
}

// bounded reads left bytes and no more. A longer answer is an error, not an early end.
type bounded struct {
	io.Reader
	left int
}

var errTooLong = errors.New("the answer is too long")

func (b *bounded) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errTooLong
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// answerError is an answer that does not accept the document.
type answerError struct {
	code    int
	retry   time.Duration // negative if the answer gave no time
	verdict error         // ErrRejected or ErrRefusedForNow; nil if the cause is temporary
	cause   string        // in our words; may be empty
}

// Error names the status in our words, not in the other side's.
func (e answerError) Error() string { return status(e.code) + e.cause }

// Unwrap distinguishes final answers from others.
func (e answerError) Unwrap() error { return e.verdict }

func status(code int) string {
	text := http.StatusText(code)
	if text == "" {
		text = "(unknown status)"
	}
	return strconv.Itoa(code) + " " + text
}

// RetryAfter returns how long the collection point asked us to wait, counted from its answer, at
// most a day, and whether it asked.
func RetryAfter(err error) (time.Duration, bool) {
	var answer interface{ RetryAfter() (time.Duration, bool) }
	if !errors.As(err, &answer) {
		return 0, false
	}
	return answer.RetryAfter()
}

// RetryAfter implements the interface that the function of that name looks for.
func (e answerError) RetryAfter() (time.Duration, bool) { return max(0, e.retry), e.retry >= 0 }

// retryAfter reads both forms, seconds and date. It compares a date with the other side's own clock
// if the answer has one, because ours may be wrong.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetry)
	} else if errors.Is(err, strconv.ErrRange) {
		return maxRetry
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return -1
	}
	if theirs, err := http.ParseTime(header.Get("Date")); err == nil {
		now = theirs
	}
	return min(max(0, until.Sub(now)), maxRetry)
}
