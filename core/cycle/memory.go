package cycle

import (
	"context"
	"sync"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/pluginhost"
)

// memory is what the plugin said at the end of the last cycle, for the next. It lies between cycles in this process and
// nowhere else, so that a crash, a restart or a lone `send` forgets it, which costs the product one cycle of full
// answers. It is raw, and was read under a consent and an identity: it goes with either.
type memory struct {
	mu       sync.Mutex
	identity string // by the key that there was when it was said
	said     *pluginhost.Memory
}

func identity(key anonymize.Key) string { return key.ID("memory") }

// of returns what was said under this key.
func (m *memory) of(key anonymize.Key) *pluginhost.Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.identity != identity(key) {
		return nil
	}
	return m.said
}

// keep replaces what was said before. A plugin that said nothing, or failed, leaves nothing.
func (m *memory) keep(key anonymize.Key, said *pluginhost.Memory) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.identity, m.said = identity(key), said
}

func (m *memory) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.identity, m.said = "", nil
}

func (m *memory) empty() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.said == nil
}

// forgetEvery is how often the decision is looked at between cycles while something is remembered (CONS-2: within one
// second).
const forgetEvery = 500 * time.Millisecond

// rest waits for the service's next look.
func (c *Cycle) rest(ctx context.Context) {
	if c.memory.empty() {
		wait(ctx, lookEvery)
		return
	}
	for range lookEvery / forgetEvery {
		wait(ctx, forgetEvery)
		c.forgetUnlessAllowed()
	}
}

// forgetUnlessAllowed forgets at once when consent is withdrawn or the identity renewed, by whatever process.
func (c *Cycle) forgetUnlessAllowed() {
	key, err := anonymize.LoadKey(c.Files.Disk, c.Files.Key)
	if err != nil || c.memory.of(key) == nil || consent.Check(c.Files.Disk, c.Files.Decision) != nil {
		c.memory.forget()
	}
}
