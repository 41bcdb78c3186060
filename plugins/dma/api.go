package main

import (
	"context"
	"math"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// The resources of the Platform API that are read, with the newest documented version. For those
// marked as inferred, the documents have either no path or no members; if a release has them
// elsewhere, it answers 404, and their values are missing. The names of undocumented
// representations follow the documented ones.
var (
	licenseStatus = platformapi.Resource{Path: "/config/licenses/license-status",
		Representation: "plcm-license-status", Newest: 2}
	polyLicense = platformapi.Resource{Path: "/config/licenses/poly-license/status",
		Representation: "plcm-poly-license-status", Newest: 2}
	superclusters = platformapi.Resource{Path: "/dma-supercluster", // members inferred
		Representation: "plcm-dma-supercluster", Newest: 1}
	users = platformapi.Resource{Path: "/users", Representation: "plcm-user-list", Newest: 1}
	rooms = platformapi.Resource{Path: "/conference-rooms",
		Representation: "plcm-conference-room-list", Newest: 1}
	devices     = platformapi.Resource{Path: "/devices", Representation: "plcm-device-list", Newest: 3}
	sites       = platformapi.Resource{Path: "/site-topology/sites", Representation: "plcm-site-list", Newest: 1}
	territories = platformapi.Resource{Path: "/territories", Representation: "plcm-territory-list", Newest: 3}
	mcus        = platformapi.Resource{Path: "/mcus", Representation: "plcm-mcu-list", Newest: 1}
	gatekeepers = platformapi.Resource{Path: "/ext-gatekeeper", Representation: "plcm-ext-gatekeeper-list",
		Newest: 1}
	sipPeers       = platformapi.Resource{Path: "/ext-sip-peer", Representation: "plcm-ext-sip-peer-list", Newest: 4}
	sbcs           = platformapi.Resource{Path: "/ext-sbc", Representation: "plcm-ext-sbc-list", Newest: 1}
	callStatistics = platformapi.Resource{Path: "/active-calls/statistics",
		Representation: "plcm-active-call-statistics", Newest: 1,
		Also:    "application/vnd.plcm-active-call-statistics+json", // as the documents write it
		Unnamed: true}
	conferences = platformapi.Resource{Path: "/conferences", Representation: "plcm-conference-list", Newest: 1}
	managers    = platformapi.Resource{Path: "/conferences/usage/all",
		Representation: "plcm-conference-manager-usage-list", Newest: 1,
		Also:    "application/vnd.plcm.plcm-conference-manager-usage+json",
		Unnamed: true}

	directoryState = platformapi.Resource{Path: "/config/enterprise-directory/status",
		Representation: "plcm-enterprise-directory-status", Newest: 1}
	directoryCaches = platformapi.Resource{Path: "/config/enterprise-directory-cache/status",
		Representation: "plcm-enterprise-directory-cache-status", Newest: 1}
	dialPlans     = platformapi.Resource{Path: "/dial-plans", Representation: "plcm-dial-plan-list", Newest: 1}
	queues        = platformapi.Resource{Path: "/veqs", Representation: "plcm-veq-list", Newest: 1}
	huntGroupList = platformapi.Resource{Path: "/hunt-groups", Representation: "plcm-hunt-group-list", Newest: 1}

	securityConfig = platformapi.Resource{Path: "/security-settings",
		Representation: "plcm-security-settings", Newest: 4}
	localPasswords = platformapi.Resource{Path: "/login-policy/password-config",
		Representation: "plcm-local-password-config", Newest: 1}
	whitelists = platformapi.Resource{Path: "/login-policy/whitelist-config",
		Representation: "plcm-whitelist-config", Newest: 1}
	policies = platformapi.Resource{Path: "/registration-policies",
		Representation: "plcm-registration-policy-list", Newest: 2}
	sipInbound = platformapi.Resource{Path: "/device-authentication/inbound/sip-device-authentication-inbound",
		Representation: "plcm-sip-device-authentication-settings", Newest: 1}
	inboundEntries = platformapi.Resource{Path: "/device-authentication/inbound",
		Representation: "plcm-device-authentication-inbound-list", Newest: 1}
	outboundEntries = platformapi.Resource{Path: "/device-authentication/outbound",
		Representation: "plcm-device-authentication-outbound-list", Newest: 1}
)

// list reads all items of a list.
func list[T any](ctx context.Context, c *platformapi.Client, r platformapi.Resource) (items []T, err error) {
	for item, err := range platformapi.Items[T](ctx, c, r) {
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// reading holds the value of a source, or the error from reading the source. The value is zero if
// the source does not have it.
type reading[T comparable] struct {
	value T
	err   error
	agent bool // read by SNMP
}

// fieldOf returns a value with its reason, which it removes from the reasons of the answer.
func fieldOf[T comparable](value T, lacks platformapi.Missing, field string) reading[T] {
	err := lacks[field]
	delete(lacks, field)
	return reading[T]{value: value, err: err}
}

// choice notes from which source a field is read, and the fields that no source has.
type choice struct {
	missing   *sdk.Missing
	fromAgent *[]string // fields read by SNMP; nil until a source has a field
}

// first returns the value of the first source that has it. If no source has it, the field is
// missing. All reasons are added, of which [sdk.Missing] reports one that can be fixed.
func first[T comparable](c choice, field string, sources ...reading[T]) (none T) {
	for _, source := range sources {
		if source.value != none {
			c.note(field, source.agent)
			return source.value
		}
	}
	for _, source := range sources {
		c.missing.Add(source.err, field)
	}
	return none
}

func (c choice) note(field string, agent bool) {
	if *c.fromAgent == nil {
		*c.fromAgent = []string{}
	}
	if agent {
		*c.fromAgent = append(*c.fromAgent, field)
	}
}

// incomplete returns the reason if not all items of a list have a value, so that the value of the
// whole list is not known. It returns nil if all have one.
func incomplete(known, items int64) error {
	switch known {
	case items:
		return nil
	case 0:
		return sdk.NotAvailable(sdk.NotOnRelease)
	}
	return sdk.NotAvailable(sdk.Malformed)
}

// tally counts how often each constant occurs in the items of a list. An item without a constant
// counts as other, as does a constant that is in no list; see README.md. If no item has a constant,
// the counts are not known.
type tally struct {
	items, known int64
	by           map[string]int64
}

func (t *tally) add(word platformapi.Word) {
	t.items++
	if word != "" {
		t.known++
	}
	t.by = addTo(t.by, word.Key(), 1)
}

func (t *tally) counts() (map[string]int64, error) {
	switch {
	case t.items == 0:
		return map[string]int64{}, nil
	case t.known == 0:
		return nil, incomplete(t.known, t.items)
	}
	return t.by, nil
}

// numbers adds up one number of each item of a list. The results are known only if every item has
// the number: a part has neither a sum nor a smallest or largest number.
type numbers struct {
	items, known int64
	invalid      bool // a number is impossible, or the sum is too large
	low, high    int64
	sum          int64
}

// add adds the number of an item, or nil if the item does not have it.
func (n *numbers) add(number *int64) {
	n.items++
	if number == nil {
		return
	}
	if *number < 0 || sdk.IsSentinel(*number) || n.sum > math.MaxInt64-*number {
		n.invalid = true
		return
	}
	if n.known == 0 || *number < n.low {
		n.low = *number
	}
	n.known++
	n.high = max(n.high, *number)
	n.sum += *number
}

// addFlag adds the flag of an item, which counts if it is set.
func (n *numbers) addFlag(flag *bool) {
	if flag == nil {
		n.add(nil)
		return
	}
	var set int64
	if *flag {
		set = 1
	}
	n.add(&set)
}

// lacks returns the reason why the numbers are not known, or nil if they are.
func (n *numbers) lacks() error {
	if n.invalid {
		return sdk.NotAvailable(sdk.Malformed)
	}
	return incomplete(n.known, n.items)
}

// anySet reports whether a flag is set. If one is set, it does not matter that others are not
// known.
func (n *numbers) anySet() (set *bool, err error) {
	anySet := n.sum > 0
	if err = n.lacks(); err != nil && !anySet {
		return nil, err
	}
	return &anySet, nil
}

// total returns the sum; it is 0 if there are no items.
func (n *numbers) total() *int64 {
	if n.lacks() != nil {
		return nil
	}
	return &n.sum
}

// spread returns the smallest number, the largest and the mean, or nil if there are no items.
func (n *numbers) spread() (smallest, largest, mean *int64) {
	if n.lacks() != nil || n.items == 0 {
		return nil, nil, nil
	}
	average := n.sum / n.known
	return &n.low, &n.high, &average
}

// durations returns the spread of durations that the product reports in seconds.
func (n *numbers) durations() (smallest, largest, mean *time.Duration, err error) {
	low, high, average := n.spread()
	if err = n.lacks(); err == nil && high != nil && seconds(high) == nil {
		err = sdk.NotAvailable(sdk.Malformed)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	return seconds(low), seconds(high), seconds(average), nil
}

// total returns the sum of a number over all rows. It is not known if there are no rows.
func total[T any](rows []T, number func(T) *int64) reading[*int64] {
	var all numbers
	for _, row := range rows {
		all.add(number(row))
	}
	if len(rows) == 0 {
		return reading[*int64]{err: sdk.NotAvailable(sdk.Malformed)} // a running product has some
	}
	return reading[*int64]{value: all.total(), err: all.lacks()}
}

// seconds converts a number of seconds to a duration.
func seconds(number *int64) *time.Duration { return duration(number, time.Second) }

// duration converts a number to a duration, or returns nil if it is out of range.
func duration(number *int64, unit time.Duration) *time.Duration {
	if number == nil || *number < 0 || *number > math.MaxInt64/int64(unit) {
		return nil
	}
	length := time.Duration(*number) * unit
	return &length
}
