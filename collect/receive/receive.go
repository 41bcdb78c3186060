// Package receive answers the requests of appliances, as core/upload/README.md describes them. It
// accepts a document only once it is stored durably. No request can read what was received.
//
// It remembers the documents of the last hour, to answer resends, and how many requests each peer has
// sent. Both are in memory only: a restart forgets them. It writes nothing that says where a document
// came from.
package receive

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/collect/batch"
	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/usage"
)

// Options of [New].
type Options struct {
	// Products are the products whose documents are accepted; if there are none, every product is
	// accepted.
	Products []string
	// Kept is how long after its hour a document is accepted and kept.
	Kept time.Duration
	// RetryMin and RetryMax limit the Retry-After of 429 and 503, which is drawn at random, so that a
	// fleet does not come back at once.
	RetryMin, RetryMax time.Duration
	// PeerRequests is the number of requests a minute that one peer may send; 0 means no limit.
	PeerRequests int
	// Answered is called with each answer, if it is not nil.
	Answered func(Answer)
	// Now returns the time.
	Now func() time.Time
}

// Answer describes the answer to a request, for the metrics.
type Answer struct {
	Status int
	// Reason is one word of a closed list, and empty for an accepted document.
	Reason string
	// Product is the product of an accepted document.
	Product string
	// Ahead and Late say that an accepted document was about an hour that had not ended, or about one
	// before the last.
	Ahead, Late bool
}

// Receiver is an [http.Handler].
type Receiver struct {
	options Options
	batches *batch.Batches
	recent  *recent
	peers   *peers
	clock   clock
}

// New returns a receiver that stores documents by batches.
func New(options Options, batches *batch.Batches) *Receiver {
	return &Receiver{
		options: options, batches: batches,
		recent: newRecent(), peers: newPeers(options.PeerRequests),
	}
}

// MaxAhead is how far the end of a document's hour may be in the future.
const MaxAhead = 24 * time.Hour

// ServeHTTP answers one request.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	answer, stored := r.receive(request)
	if r.options.Answered != nil {
		r.options.Answered(answer)
	}
	header := w.Header()
	switch answer.Status {
	case http.StatusMethodNotAllowed:
		header.Set("Allow", http.MethodPut)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		header.Set("Retry-After", strconv.Itoa(r.later()))
	case http.StatusConflict:
		header.Set("Stored-Digest", headerDigest(stored))
	}
	if answer.Status >= 300 && request.Method == http.MethodPut {
		// The rest of the body could be endless: what has not come within a second is not waited for.
		header.Set("Connection", "close")
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(time.Second)) // a test has no deadlines
	}
	header.Set("Content-Length", "0")
	w.WriteHeader(answer.Status)
}

// later returns a number of seconds for Retry-After.
func (r *Receiver) later() int {
	least, most := r.options.RetryMin, r.options.RetryMax
	if spread := most - least; spread > 0 {
		least += rand.N(spread)
	}
	return int(least.Round(time.Second) / time.Second)
}

func refuse(status int, reason string) (Answer, digest) {
	return Answer{Status: status, Reason: reason}, digest{}
}

// receive checks a request, the cheap rules first, and stores its document. digest is that of the stored
// document if the answer is a conflict.
func (r *Receiver) receive(request *http.Request) (Answer, digest) {
	now := r.options.Now().UTC()
	product, id, found := resource(request)
	switch {
	case !found:
		return refuse(http.StatusNotFound, "path")
	case request.Method != http.MethodPut:
		return refuse(http.StatusMethodNotAllowed, "method")
	case !r.peers.may(peerOf(request.RemoteAddr), now):
		return refuse(http.StatusTooManyRequests, "peer")
	}
	named, period, err := segment.ParseID(id)
	if err != nil || named != product {
		return refuse(http.StatusBadRequest, "id")
	}
	if refused := r.checkHead(request, product, period, now); refused.Status != 0 {
		return refused, digest{}
	}
	document, err := read(request)
	if err != nil {
		return refusal(err), digest{}
	}
	if reason := Problem(document, id); reason != "" {
		return refuse(http.StatusUnprocessableEntity, reason)
	}
	return r.store(product, id, period, document, now)
}

// resource returns the parts of /v1/usage/<product>/<id>. The path must be written plainly, without
// escapes, so that an id has one name only.
func resource(request *http.Request) (product, id string, found bool) {
	rest, found := strings.CutPrefix(request.RequestURI, "/v1/usage/")
	product, id, two := strings.Cut(rest, "/")
	return product, id, found && two && id != "" && !strings.ContainsAny(rest, "?%")
}

// checkHead checks what is known before the body is read. It returns a status of 0 if all is well.
func (r *Receiver) checkHead(request *http.Request, product string, period usage.Period, now time.Time) Answer {
	say := func(status int, reason string) Answer { return Answer{Status: status, Reason: reason} }
	mediaType, _, _ := strings.Cut(request.Header.Get("Content-Type"), ";")
	switch {
	case request.ContentLength < 0 || len(request.Header["Content-Length"]) == 0:
		return say(http.StatusLengthRequired, "length")
	case request.ContentLength > maxPacked:
		return say(http.StatusRequestEntityTooLarge, "size")
	case !strings.EqualFold(strings.TrimSpace(mediaType), "application/json"):
		return say(http.StatusUnsupportedMediaType, "type")
	case !known(encodingOf(request)):
		return say(http.StatusUnsupportedMediaType, "encoding")
	case period.End.Add(r.options.Kept).Before(now):
		if !r.clock.isRight(now) { // a final answer would lose the documents of all appliances
			return say(http.StatusServiceUnavailable, "old")
		}
		return say(http.StatusUnprocessableEntity, "old")
	case period.End.After(now.Add(MaxAhead)):
		// A final answer would lose the document of a clock that is set right tomorrow.
		return say(http.StatusServiceUnavailable, "ahead")
	case !r.takes(product):
		return say(http.StatusServiceUnavailable, "product")
	case r.batches.Full(): // before the body is read
		return say(http.StatusServiceUnavailable, "busy")
	}
	return Answer{}
}

// takes reports whether documents of a product are accepted. Those of another product are sent again
// later: the operator may have forgotten to list a new product.
func (r *Receiver) takes(product string) bool {
	for _, own := range r.options.Products {
		if own == product {
			return true
		}
	}
	return len(r.options.Products) == 0
}

// store stores a document, unless it was stored in the last hour.
func (r *Receiver) store(product, id string, period usage.Period, document []byte, now time.Time) (Answer, digest) {
	sum := digestOf(document)
	last := usage.LastPeriod(now)
	answer := Answer{
		Product: product, Status: http.StatusOK,
		Ahead: period.Start.After(last.Start), Late: period.Start.Before(last.Start),
	}
	for {
		stored, pending, mine := r.recent.begin(id, sum, now)
		if mine != nil {
			return r.write(mine, segment.Line{
				ID: id, Received: now.Truncate(time.Second), Ahead: answer.Ahead,
				SHA256: sum.hex(), Document: string(document),
			}, period, answer)
		}
		if pending != nil {
			<-pending // then it is known whether that one is stored
			continue
		}
		if stored != sum {
			return Answer{Status: http.StatusConflict, Reason: "conflict"}, stored
		}
		return answer, stored
	}
}

// write stores a document that is not known, and remembers it.
func (r *Receiver) write(mine *claim, line segment.Line, period usage.Period, answer Answer) (Answer, digest) {
	stored := false
	defer func() { mine.end(stored) }() // also after a panic: others wait for it
	err := r.batches.Add(answer.Product, period, line)
	stored = err == nil
	if err != nil {
		reason := "store"
		switch {
		case errors.Is(err, batch.ErrBusy), errors.Is(err, batch.ErrClosed):
			reason = "busy"
		case errors.Is(err, store.ErrFull):
			reason = "full"
		}
		return refuse(http.StatusServiceUnavailable, reason)
	}
	answer.Status = http.StatusCreated
	if !answer.Late && !answer.Ahead {
		r.clock.agrees(line.Received)
	}
	return answer, digest{}
}
