package simulate

import (
	"context"
	"errors"
	"time"

	"polycom.com/usagedata/core/counters"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// profile returns the [profile.Profile] of a small product, with limits that the dice choose.
func (w *world) profile() profile.Profile {
	d := w.dice
	return profile.Profile{
		ID: "acme", Name: "Acme One", Version: 1,
		Limits: profile.Limits{
			Document: hourLimit, Hour: hourLimit, Spool: int64(5_000 + d.below(60_000)),
			Age: d.between(24*time.Hour, 96*time.Hour),
		},
		Categories: []profile.Category{
			{Name: "counts", Fields: []profile.Field{
				{Name: "users", Kind: kind.Count},
				{Name: "sites", Kind: kind.Count},
			}},
			{Name: "system", Fields: []profile.Field{{Name: "node", Kind: kind.Hostname}}},
		},
	}
}

// collector is the product and its plugin, which report other values in each hour.
type collector struct{ w *world }

func (c collector) Collect(ctx context.Context, _ usage.Period, _ []string,
	former pluginhost.Former) (pluginhost.Collected, error) {
	c.w.counted(func(n *counts) { n.Cycles++ })
	d := c.w.dice
	took := d.between(10*time.Millisecond, 4*time.Second)
	if d.chance(50) {
		took = d.between(time.Second, time.Minute)
	}
	pause(ctx, took)
	if d.chance(100) {
		c.w.quiet.disturb()
		return pluginhost.Collected{}, errors.New("the product does not answer")
	}
	busy := former.Counters.For("acme")["busy"] + 1
	kept, _ := counters.New("acme", map[string]int64{"busy": busy}, []string{"busy"})
	return pluginhost.Collected{Version: usage.Raw("1.2.3"), Counters: kept, Observations: []usage.Observation{
		{Category: "counts", Field: usage.Raw("users"), Value: usage.Raw(int64(d.below(100_000)))},
		{Category: "counts", Field: usage.Raw("sites"), Value: usage.Raw(int64(d.below(100_000)))},
		{Category: "system", Field: usage.Raw("node"), Value: usage.Raw("core-01.corp.example.com")},
	}}, ctx.Err()
}
