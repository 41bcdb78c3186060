package main

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/upload"
)

// T10: if the budget or the end of the window stops a backlog, the command is deferred and says in
// one line how much was uploaded and how much waits. If something else failed too, the failure
// decides the exit status.
func TestExitCodeOfABacklog(t *testing.T) {
	s := assembled(t)
	later := func(why error) error { return cycle.Deferral{Why: why, Sent: 14, Waiting: 11} }
	down := errors.New("the plugin failed")
	for name, tt := range map[string]struct {
		result cycle.Result
		err    error
		code   int
		says   string
	}{
		"bytes": {cycle.Result{Outcome: journal.Uploaded, Deferred: true}, later(budget.ErrSpent), exitDeferred,
			"usagedata: deferred: 14 uploaded, 11 wait for the next hour: the budget of this clock hour is used up\n" +
				"hint: waiting documents are sent later automatically; `usagedata status` shows when\n"},
		"window": {cycle.Result{Outcome: journal.Uploaded, Deferred: true}, later(gate.ErrClosed), exitDeferred,
			"usagedata: deferred: 14 uploaded, 11 wait for the next hour: the upload window is closed\n" +
				"hint: waiting documents are sent later automatically; `usagedata status` shows when\n"},
		"nothing went out": {cycle.Result{Outcome: journal.Deferred}, cycle.Deferral{Why: budget.ErrSpent, Waiting: 1},
			exitDeferred, "usagedata: deferred: the budget of this clock hour is used up\n" +
				"hint: waiting documents are sent later automatically; `usagedata status` shows when\n"},
		"the plugin failed": {cycle.Result{Outcome: journal.Uploaded},
			errors.Join(down, later(budget.ErrSpent)), exitFailed, ""},
		"one was rejected": {cycle.Result{Outcome: journal.Uploaded},
			errors.Join(fmt.Errorf("422: %w", upload.ErrRejected), later(budget.ErrSpent)), exitFailed, ""},
	} {
		err := exitOf(s, tt.result, errors.Join(nil, tt.err))
		var coded exit
		if !errors.As(err, &coded) || coded.code != tt.code {
			t.Errorf("%s: got %v want exit code %d", name, err, tt.code)
			continue
		}
		var said bytes.Buffer
		if printError(&said, err, coded.code); tt.says != "" && said.String() != tt.says {
			t.Errorf("%s: got %q want %q", name, said.String(), tt.says)
		}
	}
}
