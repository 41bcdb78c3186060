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
	// maxAnswer is how much of an answer is read, headers included, in bytes, and maxBody how
	// long we wait for a body of which we only want the end.
	maxAnswer = 4 << 10
	maxBody   = time.Second
	// maxRetry bounds what a collection point may ask us to wait.
	maxRetry = 24 * time.Hour
)

// readAnswer reads status and headers, and what of the body comes within the bounds: a
// connection is closed cleanly only when nothing is left in it.
func readAnswer(from net.Conn) (int, http.Header, error) {
	answer, err := readHead(bufio.NewReader(&bounded{from, maxAnswer}), nil)
	if err != nil {
		return 0, nil, err
	}
	_ = from.SetReadDeadline(time.Now().Add(maxBody))
	_, _ = io.Copy(io.Discard, answer.Body) // the status is what counts
	return answer.StatusCode, answer.Header, nil
}

// readHead reads status and headers of the answer that is meant, past those that announce it.
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

// bounded reads so many bytes and no more. What is longer did not end: it was not understood.
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
	retry   time.Duration // negative where nothing was said
	verdict error         // ErrRejected or ErrDoubted; nil: the moment is to blame
	cause   string        // in our words; may be empty
}

// Error names the status in our words, not in those that the other side sent with it.
func (e answerError) Error() string { return status(e.code) + e.cause }

// Unwrap tells the answers that are final from those that are not.
func (e answerError) Unwrap() error { return e.verdict }

func status(code int) string {
	text := http.StatusText(code)
	if text == "" {
		text = "(no known status)"
	}
	return strconv.Itoa(code) + " " + text
}

// RetryAfter is how long the collection point asked to wait, from its answer on, and whether
// it did; at most a day.
func RetryAfter(err error) (time.Duration, bool) {
	var answer interface{ RetryAfter() (time.Duration, bool) }
	if !errors.As(err, &answer) {
		return 0, false
	}
	return answer.RetryAfter()
}

// RetryAfter is for the function of that name.
func (e answerError) RetryAfter() (time.Duration, bool) { return max(0, e.retry), e.retry >= 0 }

// retryAfter reads both forms, seconds and date. A date is compared with the other side's own
// clock where it tells that, because ours may be wrong.
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
