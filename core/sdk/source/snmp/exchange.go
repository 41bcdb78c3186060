package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// maxSilent requests in a row without an answer are enough to know.
const maxSilent = 2

// errTooMany is what a runaway reader gets.
var errTooMany = fmt.Errorf("%w: more than %d requests", sdk.NotAvailable(sdk.Unexplained), maxRequests)

// exchange waits for its turn, sends one request and returns its answer, whatever status that has. Of an error only the
// reason is kept: the library's own text would hold addresses and what it could not decode.
func (a *Agent) exchange(ctx context.Context, at oid, ask ask) (*gosnmp.SnmpPacket, error) {
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
	if over := a.isOver(); over != nil {
		return nil, fmt.Errorf("read %s: %w", at, over)
	}
	answer, c, err := made.send(ctx, a.admit, ask)
	if err == nil && answer.PDUType != gosnmp.GetResponse {
		err = errors.New("it is no answer")
	}
	if errors.Is(err, errTooMany) {
		return nil, fmt.Errorf("read %s: %w", at, errTooMany)
	}
	reason := c.reason(err)
	a.learn(err, reason)
	if err != nil {
		a.hint(made, err, reason)
		return nil, failed(at, reason)
	}
	return answer, nil
}

// admit counts a datagram, and refuses those that the product should not be bothered with.
func (a *Agent) admit() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.requests == maxRequests {
		return errTooMany
	}
	a.requests++
	return nil
}

func (a *Agent) isOver() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.over
}

// learn decides whether to ask again. A refused login is not repeated, because each may raise an alarm at the
// customer's; silence is what a wrong community is answered by. Who ran out of time himself says nothing about the
// agent.
func (a *Agent) learn(err error, reason sdk.Reason) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err == nil:
		a.silent = 0
	case isAny(err, gosnmp.ErrMaxRetriesExceeded): // and not what says that the context's time is over
		a.silent++
	}
	if err != nil && reason == sdk.LoginRefused || a.silent == maxSilent {
		a.over = sdk.NotAvailable(reason)
	}
}

// hint says once what an administrator may look at.
func (a *Agent) hint(s *session, err error, reason sdk.Reason) {
	usm, three := s.client.SecurityParameters.(*gosnmp.UsmSecurityParameters)
	silent := isAny(err, gosnmp.ErrMaxRetriesExceeded)
	switch {
	case silent && three && usm.AuthoritativeEngineID != "": // an agent that can't decrypt a request drops it
		a.advise("the agent opened a session and did not answer in it", "look at privacy and its passphrase")
	case silent && three:
		a.advise("the agent did not answer", "look at the setting address, and at the hosts that are allowed on the agent")
	case silent: // so it is with a wrong community
		a.advise("the agent did not answer",
			"look at the settings address and community, and at the hosts that are allowed on the agent")
	case reason == sdk.LoginRefused:
		a.advise("the agent refused the login", "look at the settings user, authentication, privacy and passphrase")
	case reason == sdk.Refused:
		a.advise("the agent does not listen", "look at the setting address, and whether the agent is running")
	}
}

// advise logs a hint, once.
func (a *Agent) advise(sentence, hint string) {
	if a.first(sentence) {
		a.log.Warn(sentence, "source", Source, "hint", hint)
	}
}

// failed words an error.
func failed(at oid, reason sdk.Reason) error {
	return fmt.Errorf("read %s: %w", at, sdk.NotAvailable(reason))
}

// reason finds it in an error of the library. What is none of the network's came from decoding an answer.
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
	case reason == sdk.SourceFailed && c.heard && !errors.As(err, &network):
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

// statusReason is what the status of an answer means.
func statusReason(status gosnmp.SNMPError) sdk.Reason {
	switch status {
	case gosnmp.NoAccess, gosnmp.AuthorizationError:
		return sdk.NotPermitted
	}
	return sdk.SourceFailed
}
