package config

import (
	"path/filepath"
	"slices"
	"time"

	"polycom.com/usagedata/core/usage"
)

// checkNumbers validates the numbers and times against the range of each.
func (c Config) checkNumbers(p *problems) {
	l := c.Limits
	for _, n := range []struct {
		key                string
		value, least, most int64
	}{
		{"retention", int64(c.Retention), 45, 3660},
		{"store.keep_free", c.Store.KeepFree, 0, 1 << 50},
		{"limits.connections", int64(l.Connections), 1, 1_000_000},
		{"limits.connections_per_peer", int64(l.ConnectionsPerPeer), 1, 1_000_000},
		{"limits.requests_per_peer", int64(l.RequestsPerPeer), 1, 100_000_000},
		{"limits.memory", l.Memory, 1 << 20, 1 << 40},
	} {
		p.want(n.value >= n.least && n.value <= n.most, n.key, "must be between %d and %d", n.least, n.most)
	}
	for _, d := range []struct {
		key                string
		value, least, most time.Duration
	}{
		{"gather", c.Gather, 0, 5 * time.Second},
		{"gather_late", c.GatherLate, 0, 30 * time.Second},
		{"limits.handshake", l.Handshake, time.Second, time.Minute},
		{"limits.upload", l.Upload, time.Second, 10 * time.Minute},
		{"limits.idle", l.Idle, time.Second, 10 * time.Minute},
		{"retry_after.min", c.RetryAfter.Min, time.Second, 24 * time.Hour},
		{"retry_after.max", c.RetryAfter.Max, time.Second, 24 * time.Hour},
	} {
		p.want(d.value >= d.least && d.value <= d.most, d.key, "must be between %v and %v", d.least, d.most)
	}
	p.want(c.RetryAfter.Min <= c.RetryAfter.Max, "retry_after.max", "must not be shorter than retry_after.min")
}

// checkWords validates the texts of closed lists and the ids of products.
func (c Config) checkWords(p *problems) {
	p.want(slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level), "log.level",
		"must be debug, info, warn or error")
	for i, id := range c.Products {
		p.want(usage.IsProduct(id), "products", "must be 2 to 32 lower-case letters and digits, not %q", id)
		p.want(!slices.Contains(c.Products[:i], id), "products", "has %q twice", id)
	}
}

// absolute adds a problem if a path is missing or relative, and reports whether it is neither.
func (p *problems) absolute(key, path string) bool {
	p.want(path != "", key, "is missing")
	p.want(path == "" || filepath.IsAbs(path), key, "must be an absolute path")
	return filepath.IsAbs(path)
}
