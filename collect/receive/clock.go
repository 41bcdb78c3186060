package receive

import (
	"sync/atomic"
	"time"
)

// clock says whether the receiver's clock can be right: an appliance agreed with it in the last day, by a
// document about the last hour. A receiver whose clock is months ahead takes all documents for too old.
type clock struct{ agreed atomic.Int64 } // in seconds since 1970

func (c *clock) agrees(now time.Time) { c.agreed.Store(now.Unix()) }

func (c *clock) isRight(now time.Time) bool {
	return now.Sub(time.Unix(c.agreed.Load(), 0)).Abs() < 24*time.Hour
}
