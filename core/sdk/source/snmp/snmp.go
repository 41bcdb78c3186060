// Package snmp reads an SNMP agent of a product: GET and GETBULK over UDP, by version 2c, or by version 3 with
// authentication and privacy.
//
// The data lies next to names and addresses. So a caller states the objects it wants, as a struct whose fields have
// `oid` tags, and nothing else is asked for. By the nature of GETBULK the answer in which a column ends goes beyond it:
// what is there is dropped unread.
//
// The product must not notice (SEND-5): one request is under way at a time, a table is read in few large answers, a
// request has two seconds and one retry, and there are at most 200 datagrams from one Open. An agent that
// refuses the login, or does not answer two requests in a row, is not asked again.
//
// One odd value costs itself: one that is not encoded as its type demands, that says that there is
// none (-1, or all bits set), or about which the agent reports an error. In a table an error costs
// its column, and so do rows that do not go up: a part of them must not pass for the whole.
//
// An error says which OID was read and a reason of the closed list; a log line says an OID and what is wrong with it.
// Neither holds an address, a name, a secret or anything of an answer.
//
// A profile declares the source as testdata/source.yaml has it.
package snmp

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// Source is the name under which an agent is configured.
const Source = "snmp"

// Bounds on what reading may cost the product.
const (
	requestTimeout = 2 * time.Second // for one datagram and its answer
	retries        = 1               // of a datagram that was not answered
	maxRequests    = 200             // datagrams from one Open, retries and those that open a version 3 session included
	maxObjects     = 20              // asked for in one GET
	maxAnswer      = 100             // objects asked for in one GETBULK: about 3 KB, and what net-snmp answers at most
	maxRepetitions = 50              // rows asked for in one GETBULK; the first of a walk asks for ten
	MaxRows        = 2500            // of one table; seven columns of them fit into maxRequests
	maxText        = 255             // bytes of a text; a longer one is left out
)

// Agent reads one SNMP agent. Make it with Open. Several collectors may use it at once: they take turns.
type Agent struct {
	connect func() (*session, error) // once, at the first request
	log     *slog.Logger
	turn    chan struct{} // of the one request that may be under way

	mu       sync.Mutex
	requests int
	silent   int             // requests in a row that were not answered
	over     error           // why the agent is not asked again
	told     map[string]bool // what has been logged
}

// Open makes an agent. It neither reads nor connects: where nothing is configured, every call returns
// NotAvailable(NotConfigured), where it is not configured rightly NotAvailable(Misconfigured); what else a plugin reads
// is not affected.
func Open(env sdk.Env) *Agent {
	return &Agent{
		log:  env.Log,
		turn: make(chan struct{}, 1),
		told: map[string]bool{},
		connect: sync.OnceValues(func() (*session, error) {
			return configured(env)
		}),
	}
}

func configured(env sdk.Env) (*session, error) {
	var s settings
	err := env.Source(Source, &s)
	if err != nil && errors.Is(err, sdk.ErrNotConfigured) {
		return nil, sdk.NotAvailable(sdk.NotConfigured)
	}
	var made *session
	if err == nil {
		made, err = s.session()
	}
	if errors.Is(err, context.DeadlineExceeded) { // a file is on a server that is gone
		return nil, sdk.NotAvailable(sdk.TimedOut)
	}
	if err != nil {
		// The reason that travels is the same for all of these; the log says once what to mend.
		env.Log.Error("source is not configured rightly", "source", Source, "error", err)
		return nil, sdk.NotAvailable(sdk.Misconfigured)
	}
	return made, nil
}

// Requests is how many datagrams have been sent to the agent since Open.
func (a *Agent) Requests() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.requests
}

// tell logs something about an object, once.
func (a *Agent) tell(at oid, what string) {
	if a.first(at.String()) {
		a.log.Warn("an object is left out", "source", Source, "oid", at.String(), "why", what)
	}
}

// first reports whether something is to be logged for the first time.
func (a *Agent) first(what string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	told := a.told[what]
	a.told[what] = true
	return !told
}
