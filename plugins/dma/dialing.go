package main

import (
	"context"
	"strings"

	"polycom.com/usagedata/plugins/internal/platformapi"
)

type dialRules struct {
	Total              int64            `usage:"total"`
	Enabled            *int64           `usage:"enabled"`
	ByAction           map[string]int64 `usage:"by_action"`
	PreliminaryScripts *int64           `usage:"preliminary_scripts"`
	DialPlans          *int64           `usage:"dial_plans"`
}

// lync is used where a rule resolves to it or a SIP peer is marked as one. That is our reading; no member says so.
type lync struct {
	Enabled   bool  `usage:"enabled"`
	DialRules int64 `usage:"dial_rules"`
	SIPPeers  int64 `usage:"sip_peers"`
}

// dialing reads the rules for two features: those that resolve to Lync are returned for the other.
func (d *dma) dialing(ctx context.Context, f *featureConfiguration) (toLync int64, err error) {
	rules := dialRules{ByAction: map[string]int64{}}
	var enabled, scripts tally
	plans := map[string]bool{}
	for rule, err := range d.allRules(ctx) {
		if err != nil {
			return 0, err
		}
		rules.Total++
		rules.ByAction[rule.Action.Key()]++
		enabled.add(rule.Enabled)
		scripts.add(rule.Preliminary)
		if rule.Plan != "" {
			plans[rule.Plan] = true
		}
		if strings.HasPrefix(string(rule.Action), "resolve_lync") {
			toLync++
		}
	}
	rules.Enabled, rules.PreliminaryScripts = enabled.count(), scripts.count()
	if names := int64(len(plans)); names > 0 || rules.Total == 0 {
		rules.DialPlans = &names
	}
	f.DialRules = &rules
	return toLync, nil
}

// lyncPeers counts the SIP peers that are marked as Lync.
func (d *dma) lyncPeers(ctx context.Context) (peers int64, err error) {
	type sipPeer struct {
		Type platformapi.Word `json:"peerType"`
	}
	for peer, err := range platformapi.Items[sipPeer](ctx, d.api, sipPeers) {
		if err != nil {
			return 0, err
		}
		if peer.Type == "lync" {
			peers++
		}
	}
	return peers, nil
}
