package collectionpoint

import (
	"errors"
	"io"
	"net/http"
)

// play answers one request as the behavior says. Behaviors of the connection have already acted;
// on a second request of a connection, only refuse still has a meaning.
func (p *Point) play(behavior Behavior, w http.ResponseWriter, r *http.Request) {
	if behavior.Kind == refuse {
		panic(http.ErrAbortHandler)
	}
	if refused := length(r); refused.status != 0 {
		w.Header().Set("Connection", "close") // the end of this body is not known, or far away
		refused.send(w)
		return
	}
	// Always read the body first: a client that is still writing would see a broken connection
	// instead of the answer, and the server notices that a client has disconnected only when the
	// body has been read.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxTransferred))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		outcome{status: http.StatusRequestEntityTooLarge, reason: "too large"}.send(w)
		return
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	p.react(behavior, w, r, body)
}

// length refuses a body whose length is not given, or too large. If it is given twice, in two ways, its
// end is not known either.
func length(r *http.Request) outcome {
	switch {
	case r.Method != http.MethodPut:
		return outcome{}
	case r.ContentLength < 0, len(r.Header["Content-Length"]) == 0 && r.ContentLength == 0:
		return outcome{status: http.StatusLengthRequired, reason: "no length"}
	case r.ContentLength > maxTransferred:
		return outcome{status: http.StatusRequestEntityTooLarge, reason: "too large"}
	}
	return outcome{}
}

func (p *Point) react(behavior Behavior, w http.ResponseWriter, r *http.Request, body []byte) {
	switch behavior.Kind {
	case storeHangUp:
		p.receive(r, body)
		panic(http.ErrAbortHandler)
	case status:
		if behavior.RetryAfter != "" {
			w.Header().Set("Retry-After", behavior.RetryAfter)
		}
		w.WriteHeader(behavior.Status)
	case redirect:
		w.Header().Set("Location", behavior.Location)
		w.WriteHeader(http.StatusTemporaryRedirect)
	case garbage:
		babble(r)
	default:
		p.receive(r, body).send(w)
	}
}

// babble bypasses the server and answers with bytes that are not HTTP. The server then closes the
// connection.
func babble(r *http.Request) {
	_, _ = under(r).secure.Write([]byte("\x00\x01 this is no answer \xff\xfe\n\n"))
	panic(http.ErrAbortHandler)
}
