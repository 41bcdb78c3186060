package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type dialRules struct {
	Total              *int64           `usage:"total"`
	Enabled            *int64           `usage:"enabled"`
	ByAction           map[string]int64 `usage:"by_action"`
	PreliminaryScripts *int64           `usage:"preliminary_scripts"`
	DialPlans          *int64           `usage:"dial_plans"`
}

// dialing reads the rules of all dial plans for two features. It returns the dial rules, and the
// number of those that resolve to Lync. If the rules cannot be read, the dial plans are still
// counted.
func (d *dma) dialing(ctx context.Context, missing *sdk.Missing) (*dialRules, reading[*int64]) {
	plans, err := d.readPlans(ctx)
	if err != nil {
		missing.Add(err, "dial_rules")
		return nil, reading[*int64]{err: err}
	}
	n := int64(len(plans))
	counted, err := d.countRules(ctx, plans)
	if err != nil {
		missing.Add(err, "dial_rules.total", "dial_rules.enabled", "dial_rules.by_action",
			"dial_rules.preliminary_scripts")
		return &dialRules{DialPlans: &n}, reading[*int64]{err: err}
	}
	missing.Add(counted.enabled.lacks(), "dial_rules.enabled")
	missing.Add(counted.scripts.lacks(), "dial_rules.preliminary_scripts")
	return &dialRules{
		Total: &counted.total, Enabled: counted.enabled.total(), ByAction: counted.byAction,
		PreliminaryScripts: counted.scripts.total(), DialPlans: &n,
	}, reading[*int64]{value: counted.toLync.total(), err: counted.toLync.lacks()}
}

// readPlans returns the identifiers of the dial plans. They are only used in request paths.
func (d *dma) readPlans(ctx context.Context) (ids []string, err error) {
	type plan struct {
		ID string `json:"dialPlanIdentifier"`
	}
	for plan, err := range platformapi.Items[plan](ctx, d.api, dialPlans) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, plan.ID)
	}
	return ids, nil
}

// counted holds the numbers of rules in all dial plans.
type counted struct {
	total                    int64
	byAction                 map[string]int64
	enabled, scripts, toLync numbers
}

type dialRule struct {
	Action      platformapi.Word `json:"action"`
	Enabled     *bool            `json:"enabled"`
	Preliminary *bool            `json:"preliminaryEnabled"`
}

func (c *counted) add(rule dialRule) {
	c.total++
	c.byAction[rule.Action.Key()]++
	c.enabled.addFlag(rule.Enabled)
	c.scripts.addFlag(rule.Preliminary)
	c.toLync.addFlag(rule.resolvesToLync())
}

// resolvesToLync reports whether the rule resolves to Lync. It returns nil for a rule without an
// action.
func (r dialRule) resolvesToLync() *bool {
	resolves := strings.HasPrefix(string(r.Action), "resolve_lync")
	if r.Action == "" {
		return nil
	}
	return &resolves
}

// maxDialPlans is more than a system has, which is a handful. If there are more, the rules are not
// read.
const maxDialPlans = 50

var errTooManyPlans = fmt.Errorf("%w: more than %d dial plans", sdk.NotAvailable(sdk.Unexplained), maxDialPlans)

func (d *dma) countRules(ctx context.Context, plans []string) (counted, error) {
	c := counted{byAction: map[string]int64{}}
	if len(plans) > maxDialPlans {
		return c, errTooManyPlans
	}
	for _, plan := range plans {
		rules, err := rulesOf(plan)
		if err != nil {
			return c, err
		}
		for rule, err := range platformapi.Items[dialRule](ctx, d.api, rules) {
			if err != nil {
				return c, withoutPath(err)
			}
			c.add(rule)
		}
	}
	return c, nil
}

// maxIdentifier is the limit for the identifier of a dial plan, which the product assigns.
const maxIdentifier = 128

// rulesOf returns the resource with the rules of a plan. The identifier is escaped to a single
// element of the path.
func rulesOf(plan string) (platformapi.Resource, error) {
	if plan == "" || plan == "." || plan == ".." || len(plan) > maxIdentifier {
		return platformapi.Resource{}, fmt.Errorf("read dial plans: %w", sdk.NotAvailable(sdk.Malformed))
	}
	return platformapi.Resource{Path: dialPlans.Path + "/" + url.PathEscape(plan) + "/dial-rules",
		Representation: "plcm-dial-rule-list", Newest: 2}, nil
}

// withoutPath returns the error without the path, because the path contains the identifier of a
// dial plan.
func withoutPath(err error) error {
	if errors.Is(err, platformapi.ErrTooLong) {
		return fmt.Errorf("read the rules of a dial plan: %w", platformapi.ErrTooLong)
	}
	return fmt.Errorf("read the rules of a dial plan: %w", sdk.NotAvailable(sdk.Explain(err)))
}
