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
	Terms
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

	stored digest // of the document that is stored instead, if the status is 409
}

// refuse returns the answer to a document that is not accepted.
func refuse(status int, reason string) Answer { return Answer{Status: status, Reason: reason} }

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

// ServeHTTP answers one request.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	answer := r.receive(request)
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
		header.Set("Stored-Digest", headerDigest(answer.stored))
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

// receive checks a request, the cheap rules first, and stores its document.
func (r *Receiver) receive(request *http.Request) Answer {
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
	named, period, ok := usage.ParseID(id)
	if !ok || named != product {
		return refuse(http.StatusBadRequest, "id")
	}
	if refused := r.checkHead(request, product, period, now); refused.Status != 0 {
		return refused
	}
	document, refused := read(request)
	if refused.Status != 0 {
		return refused
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
	mediaType, _, _ := strings.Cut(request.Header.Get("Content-Type"), ";")
	switch {
	case request.ContentLength < 0 || len(request.Header["Content-Length"]) == 0:
		return refuse(http.StatusLengthRequired, "length")
	case request.ContentLength > maxPacked:
		return refuse(http.StatusRequestEntityTooLarge, "size")
	case !strings.EqualFold(strings.TrimSpace(mediaType), "application/json"):
		return refuse(http.StatusUnsupportedMediaType, "type")
	case !known(encodingOf(request)):
		return refuse(http.StatusUnsupportedMediaType, "encoding")
	case r.options.TooOld(period, now):
		if !r.clock.isRight(now) { // a final answer would lose the documents of all appliances
			return refuse(http.StatusServiceUnavailable, "old")
		}
		return refuse(http.StatusUnprocessableEntity, "old")
	case r.options.TooEarly(period, now):
		// A final answer would lose the document of a clock that is set right tomorrow.
		return refuse(http.StatusServiceUnavailable, "ahead")
	case !r.options.Takes(product):
		return refuse(http.StatusServiceUnavailable, "product")
	case r.batches.Full(): // before the body is read
		return refuse(http.StatusServiceUnavailable, "busy")
	}
	return Answer{}
}

// store stores a document, unless it was stored in the last hour.
func (r *Receiver) store(product, id string, period usage.Period, document []byte, now time.Time) Answer {
	sum := digestOf(document)
	for {
		stored, pending, mine := r.recent.begin(id, sum, now)
		if mine != nil {
			return r.write(mine, segment.NewLine(id, period, document, sum.hex(), now), product, period)
		}
		if pending != nil {
			<-pending // then it is known whether that one is stored
			continue
		}
		if stored != sum {
			return Answer{Status: http.StatusConflict, Reason: "conflict", stored: stored}
		}
		return Answer{Status: http.StatusOK, Product: product}
	}
}

// write stores a document that is not known, and remembers it.
func (r *Receiver) write(mine *claim, line segment.Line, product string, period usage.Period) Answer {
	stored := false
	defer func() { mine.end(stored) }() // also after a panic: others wait for it
	err := r.batches.Add(product, period, line)
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
	late := period.Start.Before(usage.LastPeriod(line.Received).Start)
	if !late && !line.Ahead {
		r.clock.agrees(line.Received)
	}
	return Answer{Status: http.StatusCreated, Product: product, Ahead: line.Ahead, Late: late}
}
