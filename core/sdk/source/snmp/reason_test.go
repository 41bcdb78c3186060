package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

func TestTheContextEndsARead(t *testing.T) {
	a, _ := opened(t, responding(t, func(*gosnmp.SnmpPacket) [][]byte { return nil }))
	waits(t, a, time.Hour) // only the context ends it sooner
	deadline := func() (context.Context, context.CancelFunc) {
		return context.WithTimeout(t.Context(), 20*time.Millisecond)
	}
	canceled := func() (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Millisecond, cancel)
		return ctx, cancel
	}
	for range maxSilent + 1 {
		ctx, cancel := deadline()
		if _, err := Read[one](ctx, a); sdk.Explain(err) != sdk.TimedOut {
			t.Errorf("deadline: got %v, want %q", err, sdk.TimedOut)
		}
		cancel()
	}
	ctx, cancel := canceled()
	defer cancel()
	if _, err := Read[one](ctx, a); sdk.Explain(err) != sdk.SourceFailed {
		t.Errorf("canceled: got %v, want %q", err, sdk.SourceFailed)
	}
	if a.stopped != nil {
		t.Errorf("got the agent given up, want it asked again: the time that ran out was ours")
	}
}

// The socket is closed when the deadline passes. The order in which both are noticed does not
// matter.
func TestASocketThatWasClosedInTime(t *testing.T) {
	a, _ := opened(t, responding(t, func(*gosnmp.SnmpPacket) [][]byte { return nil }))
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err := a.exchange(ctx, oid{1, 3}, func(*gosnmp.GoSNMP) (*gosnmp.SnmpPacket, error) {
		<-ctx.Done()
		return nil, net.ErrClosed
	})
	if sdk.Explain(err) != sdk.TimedOut {
		t.Errorf("got %v, want %q", err, sdk.TimedOut)
	}
}

// The agent of these tests can't be made to cause these errors.
func TestReasons(t *testing.T) {
	network := &net.OpError{Op: "read", Err: errors.New("canary")}
	for _, row := range []struct {
		heard bool
		err   error
		want  sdk.Reason
	}{
		{true, context.Canceled, sdk.SourceFailed},
		{true, gosnmp.ErrNotInTimeWindow, sdk.SourceFailed},
		{true, gosnmp.ErrUnknownUsername, sdk.LoginRefused},
		{true, network, sdk.SourceFailed},
		{false, errors.New("canary"), sdk.SourceFailed},
		{true, errors.New("canary"), sdk.Malformed},
		{true, fmt.Errorf("canary: %w", gosnmp.ErrMaxRetriesExceeded), sdk.TimedOut},
	} {
		if got := (&conn{received: row.heard}).reason(row.err); got != row.want {
			t.Errorf("%v, heard %v: got %q, want %q", row.err, row.heard, got, row.want)
		}
	}
}
