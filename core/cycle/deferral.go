package cycle

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/upload"
)

// Deferral is the error of a cycle in which nothing failed, but documents wait.
type Deferral struct {
	Why     error // the window is closed, the hour's bytes are spent, or an askedToWait
	Sent    int   // documents that were uploaded before
	Waiting int   // documents
}

func (d Deferral) Error() string {
	if d.Sent == 0 {
		return d.Why.Error()
	}
	wait := "wait"
	if d.Waiting == 1 {
		wait = "waits"
	}
	if asked := new(askedToWait); !errors.As(d.Why, asked) {
		wait += " for the next hour"
	}
	return fmt.Sprintf("%d uploaded, %d %s: %v", d.Sent, d.Waiting, wait, d.Why)
}

func (d Deferral) Unwrap() error { return d.Why }

// askedToWait says until when the collection point asked to wait.
type askedToWait struct {
	Until time.Time
	now   time.Time
}

func (a askedToWait) Error() string { return status.AskedToWait(a.Until, a.now) }

// requestedWait returns an askedToWait while the collection point wants no upload, and nil
// otherwise.
func (c *Cycle) requestedWait() error {
	now := c.Now()
	until := c.AskedUntil(now)
	if until.IsZero() {
		return nil
	}
	return askedToWait{until, now}
}

// AskedUntil returns the moment before which the collection point wants no upload, or the zero
// time. It also returns the zero time if the record cannot be read.
func (c *Cycle) AskedUntil(now time.Time) time.Time {
	until, err := c.Pause.Until(now, c.collectionPoint())
	if err != nil {
		c.Log.Error("read how long the collection point asked to wait", "error", err)
	}
	return until
}

// recordWait records how long the answer asks to wait, before the cycle ends. If it cannot be
// recorded, this process still waits within this clock hour, because its schedule knows the answer.
func (c *Cycle) recordWait(answer error) {
	after, given := upload.RetryAfter(answer)
	if !given || after <= 0 {
		return
	}
	if err := c.Pause.Begin(c.Now().Add(after), c.collectionPoint()); err != nil {
		c.Log.Error("record how long the collection point asked to wait", "error", err)
	}
}

// collectionPoint returns the address of the collection point.
func (c *Cycle) collectionPoint() string {
	p := c.Profile.CollectionPoint
	return net.JoinHostPort(p.Host, strconv.Itoa(p.Port))
}
