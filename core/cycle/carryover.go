package cycle

import (
	"sync"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/pluginhost"
)

// carryover is the data that the plugin returned at the end of the last cycle, for the next one. It
// is kept in memory only: a crash, a restart or a single `send` loses it, and the product then has
// to answer in full for one cycle. It is raw data, read under one consent and one identity, and is
// forgotten when either ends, or when another category is left out.
type carryover struct {
	mu       sync.Mutex
	identity string // derived from the key and the categories left out under which it was returned
	kept     *pluginhost.Carryover
}

func identity(key anonymize.Key, leftOut []string) string {
	return key.ID(append([]string{"memory"}, leftOut...)...)
}

// keptUnder returns the data that was kept under this key, with these categories left out.
func (c *carryover) keptUnder(key anonymize.Key, leftOut []string) *pluginhost.Carryover {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.identity != identity(key, leftOut) {
		return nil
	}
	return c.kept
}

// keep replaces the data that was kept before. If the plugin returned nothing, or failed, nothing
// is kept.
func (c *carryover) keep(key anonymize.Key, leftOut []string, returned *pluginhost.Carryover) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.identity, c.kept = identity(key, leftOut), returned
}

func (c *carryover) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.identity, c.kept = "", nil
}

func (c *carryover) empty() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept == nil
}

// watchCarryover sends after a change of decision or key while something is carried over, so that
// it is forgotten within a second (CONS-2) and nothing is read while nothing changes.
func (c *Cycle) watchCarryover() (changes <-chan struct{}, stop func()) {
	if c.carryover.empty() {
		return nil, func() {}
	}
	changes, stop = c.Changes()
	c.forgetUnlessAllowed() // the change may have come before the watch began
	return changes, stop
}

// forgetUnlessAllowed forgets at once if any process has withdrawn consent, left out another category
// or renewed the identity.
func (c *Cycle) forgetUnlessAllowed() {
	key, err := c.Key.Load()
	decision, damaged := c.Decision.Read()
	leftOut := decision.Accepted(c.Profile).LeftOut()
	allowed := damaged == nil && decision.Choice == consent.Allowed
	if err != nil || !allowed || c.carryover.keptUnder(key, leftOut) == nil {
		c.carryover.forget()
	}
}
