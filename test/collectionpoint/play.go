package collectionpoint

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

// play answers one request as the behaviour says. Behaviours of the connection have already acted;
// on a second request of a connection, only refuse still has a meaning.
func (p *Point) play(behaviour Behaviour, w http.ResponseWriter, r *http.Request) {
	if behaviour.Kind == refuse {
		panic(http.ErrAbortHandler)
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
	p.react(behaviour, w, r, body)
}

func (p *Point) react(behaviour Behaviour, w http.ResponseWriter, r *http.Request, body []byte) {
	switch behaviour.Kind {
	case late:
		p.receive(r, body)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case storeHangUp:
		p.receive(r, body)
		panic(http.ErrAbortHandler)
	case status:
		behaviour.header(w.Header())
		w.WriteHeader(behaviour.Status)
	case redirect:
		w.Header().Set("Location", behaviour.Location)
		w.WriteHeader(http.StatusTemporaryRedirect)
	case garbage:
		babble(r)
	case huge:
		flood(w)
	default:
		p.receiveAfter(behaviour, w, r, body)
	}
}

// receiveAfter stores the document and answers, after the behaviour's delay if it has one. If the
// client gives up meanwhile, nothing is stored.
func (p *Point) receiveAfter(behaviour Behaviour, w http.ResponseWriter, r *http.Request, body []byte) {
	if behaviour.Kind == delay {
		wait(r.Context(), behaviour.Delay)
	}
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	p.receive(r, body).send(w)
}

// babble bypasses the server and answers with bytes that are not HTTP. The server then closes the
// connection.
func babble(r *http.Request) {
	_, _ = under(r).secure.Write([]byte("\x00\x01 this is no answer \xff\xfe\n\n"))
	panic(http.ErrAbortHandler)
}

// flood sends until the client closes the connection.
func flood(w http.ResponseWriter) {
	w.WriteHeader(http.StatusOK)
	piece := bytes.Repeat([]byte("all is well "), 1<<10)
	for {
		if _, err := w.Write(piece); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}
