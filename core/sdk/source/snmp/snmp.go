// Package snmp reads an SNMP agent of a product: GET and GETBULK over UDP, with version 2c, or with
// version 3 with authentication and privacy.
//
// An agent also has names and addresses. Therefore a caller declares the objects it wants as a
// struct whose fields have `oid` tags, and no other object is requested. By the nature of GETBULK,
// the last answer of a column contains objects after it: they are dropped without being read.
//
// The product must not notice (SEND-5): only one request is under way at a time, a table is read in
// few large answers, a request has two seconds and one retry, and there are at most 200 datagrams
// per [Open]. An agent that refuses the login, or does not answer two requests in a row, is not
// asked again.
//
// If a value is invalid, only its field is lost. A value is invalid if it is not encoded as its
// type demands, if it means unknown (-1, or all bits set), or if the agent reports an error about
// it. In a table, an error or rows in the wrong order lose the whole column, because a part of it
// must not be taken for the whole.
//
// An error contains the OID that was read and a reason from the closed list. A log line contains an
// OID and the problem. Neither contains an address, a name, a secret or any part of an answer.
//
// A profile declares the source in one line: `- {name: snmp, interface: snmp}`.
package snmp

import (
	"log/slog"
	"sync"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// Source is the name of the agent in the administrator's settings.
const Source = "snmp"

// The limits of the load on the product.
const (
	requestTimeout = 2 * time.Second // for one datagram and its answer
	retries        = 1               // of a datagram without an answer
	maxRequests    = 200             // datagrams per Open, including retries and those that open a version 3 session
	maxObjects     = 20              // per GET
	maxAnswer      = 100             // objects per GETBULK: about 3 KB, the most that net-snmp answers
	maxRepetitions = 50              // rows per GETBULK; the first of a walk asks for ten
	MaxRows        = 2500            // of one table; seven columns of that length fit into maxRequests
	maxText        = 255             // bytes of a text; a longer text is left out
)

// Agent reads one SNMP agent. [Open] returns one. Several collectors may use it concurrently: they
// take turns.
type Agent struct {
	connect func() (*session, error) // called once, for the first request
	log     *slog.Logger
	turn    chan struct{} // held by the one request that may be under way

	mu       sync.Mutex
	requests int
	silent   int             // requests in a row without an answer
	stopped  error           // why the agent is not asked again
	logged   map[string]bool // messages that were already logged
}

// Open returns an agent. It neither reads nor connects. If no agent is configured, every call fails
// with [sdk.NotConfigured]; if the settings are wrong, with [sdk.Misconfigured]. The plugin's other
// sources are not affected.
func Open(env sdk.Env) *Agent {
	return &Agent{
		log:    env.Log,
		turn:   make(chan struct{}, 1),
		logged: map[string]bool{},
		connect: sync.OnceValues(func() (*session, error) {
			return sdk.Configured(env, Source, settings.session)
		}),
	}
}

// Requests returns the number of datagrams that have been sent to the agent since [Open].
func (a *Agent) Requests() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.requests
}

// logLeftOut logs a message about an object, once.
func (a *Agent) logLeftOut(at oid, reason string) {
	if a.firstTime(at.String()) {
		a.log.Warn("an object is left out", "source", Source, "oid", at.String(), "why", reason)
	}
}

// firstTime reports whether a message has not been logged before.
func (a *Agent) firstTime(message string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.logged[message]
	a.logged[message] = true
	return !before
}
