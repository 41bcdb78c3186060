package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type dialRules struct {
	Total              int64            `usage:"total"`
	Enabled            *int64           `usage:"enabled"`
	ByAction           map[string]int64 `usage:"by_action"`
	PreliminaryScripts *int64           `usage:"preliminary_scripts"`
	DialPlans          *int64           `usage:"dial_plans"`
}

// lync is used where a rule resolves to it or a SIP peer is marked as one. That is our reading; no
// member says so.
type lync struct {
	Enabled   bool  `usage:"enabled"`
	DialRules int64 `usage:"dial_rules"`
	SIPPeers  int64 `usage:"sip_peers"`
}

// dialing reads the rules for two features: those that resolve to Lync are returned for the other.
func (d *dma) dialing(ctx context.Context, f *featureConfiguration) (toLync int64, err error) {
	rules := dialRules{ByAction: map[string]int64{}}
	var enabled, scripts platformapi.Tally
	plans := map[string]bool{}
	for rule, err := range d.allRules(ctx) {
		if err != nil {
			return 0, err
		}
		rules.Total++
		rules.ByAction[rule.Action.Key()]++
		enabled.Add(rule.Enabled)
		scripts.Add(rule.Preliminary)
		if rule.Plan != "" {
			plans[rule.Plan] = true
		}
		if strings.HasPrefix(string(rule.Action), "resolve_lync") {
			toLync++
		}
	}
	rules.Enabled, rules.PreliminaryScripts = enabled.Count(), scripts.Count()
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

type dialRule struct {
	Action      platformapi.Word `json:"action"`
	Enabled     *bool            `json:"enabled"`
	Preliminary *bool            `json:"preliminaryEnabled"`
	Plan        string           `json:"dialPlanName"` // to tell them apart; it goes no further
}

// A system has a handful of dial plans. Of one with more, the rules are not read.
const maxDialPlans = 50

var errTooManyPlans = fmt.Errorf("%w: more than %d dial plans", sdk.NotAvailable(sdk.Unexplained), maxDialPlans)

// allRules reads the rules where this release has them: in one list, whose path is inferred, or
// dial plan by dial plan, as the documentation of some releases has it.
func (d *dma) allRules(ctx context.Context) iter.Seq2[dialRule, error] {
	return func(yield func(dialRule, error) bool) {
		for rule, err := range platformapi.Items[dialRule](ctx, d.api, dialingRules) {
			if err != nil && sdk.Explain(err) == sdk.NotOnRelease {
				d.rulesByPlan(ctx, yield)
				return
			}
			if !yield(rule, err) {
				return
			}
		}
	}
}

func (d *dma) rulesByPlan(ctx context.Context, yield func(dialRule, error) bool) {
	type plan struct {
		ID string `json:"dialPlanIdentifier"` // inferred
	}
	plans := 0
	for plan, err := range platformapi.Items[plan](ctx, d.api, dialPlans) {
		var rules platformapi.Resource
		if err == nil {
			rules, err = rulesOf(plan.ID)
		}
		if plans++; err == nil && plans > maxDialPlans {
			err = errTooManyPlans
		}
		if err != nil {
			yield(dialRule{}, err)
			return
		}
		for rule, err := range platformapi.Items[dialRule](ctx, d.api, rules) {
			rule.Plan = plan.ID
			if !yield(rule, nameless(err)) || err != nil {
				return
			}
		}
	}
}

// identifiers are those that can be a part of a path.
var identifiers = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

func rulesOf(plan string) (platformapi.Resource, error) {
	if !identifiers.MatchString(plan) {
		return platformapi.Resource{}, fmt.Errorf("read dial plans: %w", sdk.NotAvailable(sdk.Malformed))
	}
	rules := dialingRules
	rules.Path = dialPlans.Path + "/" + plan + dialingRules.Path
	return rules, nil
}

// nameless says what went wrong without the path, which a dial plan's identifier is a part of.
func nameless(err error) error {
	if err == nil || errors.Is(err, platformapi.ErrTooLong) {
		return err
	}
	return fmt.Errorf("read the rules of a dial plan: %w", sdk.NotAvailable(sdk.Explain(err)))
}
