package admin

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Connection is the result of a test of the connection to the collection point, as `usagedata check`
// makes it: the parts, each with a hint if it does not work.
type Connection struct {
	Works bool   `json:"works"` // no part failed
	Parts []Part `json:"parts"`
}

// Part is one part of a [Connection].
type Part struct {
	Part  string `json:"part"`
	State string `json:"state"` // ok, warn, skip or fail
	Says  string `json:"says"`
	Hint  string `json:"hint,omitempty"`
}

// CollectionPoint is the part that says whether the connection works.
const CollectionPoint = "collection point"

// ConnectionTime bounds a test of the connection. It is less than the minute that a front end waits
// for an answer.
const ConnectionTime = 40 * time.Second

// ErrTesting is returned if another test of the connection is running.
var ErrTesting = errors.New("test the connection: another test is running")

// ConnectionTests runs one test at a time, for at most [ConnectionTime]. The hour's bytes bound how
// many there are: the test itself refuses if more than half of them are used.
type ConnectionTests struct {
	Try func(context.Context) (Connection, error)

	running sync.Mutex
}

// Test tests the connection, for [Appliance]. Its error may be [ErrTesting].
func (c *ConnectionTests) Test(ctx context.Context) (Connection, error) {
	if !c.running.TryLock() {
		return Connection{}, ErrTesting
	}
	defer c.running.Unlock()
	ctx, cancel := context.WithTimeout(ctx, ConnectionTime)
	defer cancel()
	return c.Try(ctx)
}
