package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// maxSilent is the number of requests in a row without an answer after which the agent is not asked
// again.
const maxSilent = 2

// errTooMany is the error for a reader that exceeds the limit of requests.
var errTooMany = fmt.Errorf("%w: more than %d requests", sdk.NotAvailable(sdk.Unexplained), maxRequests)

// exchange waits for its turn, sends one request and returns the answer, even if its status is an
// error. Of an error it keeps only the reason: the library's text may contain addresses and
// undecodable bytes.
func (a *Agent) exchange(ctx context.Context, at oid, request requestFunc) (*gosnmp.SnmpPacket, error) {
	made, err := a.connect()
	if err != nil {
		return nil, failed(at, sdk.Explain(err))
	}
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return nil, failed(at, sdk.Explain(ctx.Err()))
	}
	if over := a.stopReason(); over != nil {
		return nil, fmt.Errorf("read %s: %w", at, over)
	}
	answer, c, err := made.send(ctx, a.admit, request)
	if err == nil && answer.PDUType != gosnmp.GetResponse {
		err = errors.New("not an answer")
	}
	if errors.Is(err, errTooMany) {
		return nil, fmt.Errorf("read %s: %w", at, errTooMany)
	}
	reason := c.reason(err)
	a.noteOutcome(err, reason)
	if err != nil {
		a.hint(made, err, reason)
		return nil, failed(at, reason)
	}
	return answer, nil
}

// admit counts a datagram, and refuses it if the product has already received the allowed number.
func (a *Agent) admit() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.requests == maxRequests {
		return errTooMany
	}
	a.requests++
	return nil
}

func (a *Agent) stopReason() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stopped
}

// noteOutcome decides whether the agent may be asked again. A refused login is not repeated,
// because each attempt may raise an alarm at the customer's site. An agent is also silent if the
// community is wrong. If our own context ended, that says nothing about the agent.
func (a *Agent) noteOutcome(err error, reason sdk.Reason) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err == nil:
		a.silent = 0
	case isAny(err, gosnmp.ErrMaxRetriesExceeded): // not if our own context ended
		a.silent++
	}
	if err != nil && reason == sdk.LoginRefused || a.silent == maxSilent {
		a.stopped = sdk.NotAvailable(reason)
	}
}

// hint logs once what an administrator should check.
func (a *Agent) hint(s *session, err error, reason sdk.Reason) {
	usm, three := s.client.SecurityParameters.(*gosnmp.UsmSecurityParameters)
	silent := isAny(err, gosnmp.ErrMaxRetriesExceeded)
	switch {
	case silent && three && usm.AuthoritativeEngineID != "": // an agent that cannot decrypt a request drops it
		a.advise("the agent opened a session and did not answer in it", "check the setting privacy and its passphrase")
	case silent && three:
		a.advise("the agent did not answer", "check the setting address, and the hosts that are allowed on the agent")
	case silent: // an agent also drops requests with a wrong community
		a.advise("the agent did not answer",
			"check the settings address and community, and the hosts that are allowed on the agent")
	case reason == sdk.LoginRefused:
		a.advise("the agent refused the login", "check the settings user, authentication, privacy and passphrase")
	case reason == sdk.Refused:
		a.advise("the agent does not listen", "check the setting address, and whether the agent is running")
	}
}

// advise logs a hint once.
func (a *Agent) advise(sentence, hint string) {
	if a.firstTime(sentence) {
		a.log.Warn(sentence, "source", Source, "hint", hint)
	}
}

// failed returns the error for an OID.
func failed(at oid, reason sdk.Reason) error {
	return fmt.Errorf("read %s: %w", at, sdk.NotAvailable(reason))
}

// reason returns the reason for an error of the library. An error that is not a network error came
// from decoding an answer.
func (c *conn) reason(err error) sdk.Reason {
	var network *net.OpError
	reason := sdk.Explain(err)
	switch {
	case c.refused || isAny(err, gosnmp.ErrUnknownUsername, gosnmp.ErrWrongDigest, gosnmp.ErrDecryption,
		gosnmp.ErrUnknownSecurityLevel):
		return sdk.LoginRefused
	case isAny(err, gosnmp.ErrMaxRetriesExceeded):
		return sdk.TimedOut
	case isAny(err, gosnmp.ErrNotInTimeWindow, gosnmp.ErrUnknownEngineID, context.Canceled):
		return sdk.SourceFailed
	case reason == sdk.SourceFailed && c.received && !errors.As(err, &network):
		return sdk.Malformed
	}
	return reason
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// statusReason returns the reason for the status of an answer.
func statusReason(status gosnmp.SNMPError) sdk.Reason {
	switch status {
	case gosnmp.NoAccess, gosnmp.AuthorizationError:
		return sdk.NotPermitted
	}
	return sdk.SourceFailed
}
