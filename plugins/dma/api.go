package main

import (
	"math"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// The resources of the Platform API that are read, with the newest version that is documented.
// Those marked inferred are documented without their path, or their path without members; a release
// that has them elsewhere answers 404, and what they would say is left out. Representations that no
// document names are formed like those that one does.
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
	devices        = platformapi.Resource{Path: "/devices", Representation: "plcm-device-list", Newest: 3}
	sites          = platformapi.Resource{Path: "/site-topology/sites", Representation: "plcm-site-list", Newest: 1}
	territories    = platformapi.Resource{Path: "/territories", Representation: "plcm-territory-list", Newest: 3}
	mcus           = platformapi.Resource{Path: "/mcus", Representation: "plcm-mcu-list", Newest: 1}
	gatekeepers    = platformapi.Resource{Path: "/ext-gatekeeper", Representation: "plcm-ext-gatekeeper-list", Newest: 1}
	sipPeers       = platformapi.Resource{Path: "/ext-sip-peer", Representation: "plcm-ext-sip-peer-list", Newest: 4}
	sbcs           = platformapi.Resource{Path: "/ext-sbc", Representation: "plcm-ext-sbc-list", Newest: 1}
	callStatistics = platformapi.Resource{Path: "/active-calls/statistics",
		Representation: "plcm-active-call-statistics", Newest: 1,
		Also: "application/vnd.plcm-active-call-statistics+json"} // so written in the documents
	conferences = platformapi.Resource{Path: "/conferences", Representation: "plcm-conference-list", Newest: 1}
	managers    = platformapi.Resource{Path: "/conferences/usage/all", // the list's name is inferred
		Representation: "plcm-conference-manager-usage-list", Newest: 1,
		Also: "application/vnd.plcm.plcm-conference-manager-usage+json"}

	directoryState = platformapi.Resource{Path: "/config/enterprise-directory/status",
		Representation: "plcm-enterprise-directory-status", Newest: 1}
	directoryCaches = platformapi.Resource{Path: "/config/enterprise-directory-cache/status",
		Representation: "plcm-enterprise-directory-cache-status", Newest: 1}
	dialPlans = platformapi.Resource{Path: "/dial-plans", Representation: "plcm-dial-plan-list", Newest: 1}
	queues    = platformapi.Resource{Path: "/veqs", Representation: "plcm-veq-list", Newest: 1}
	hunting   = platformapi.Resource{Path: "/hunt-groups", Representation: "plcm-hunt-group-list", Newest: 1}

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

// told is what a source says, zero if it does not know, or why it can't be read.
type told[T comparable] struct {
	value T
	err   error
	agent bool // by SNMP
}

// of takes a field's reason out of what an answer lacks.
func of[T comparable](value T, lacks platformapi.Lacks, field string) told[T] {
	err := lacks[field]
	delete(lacks, field)
	return told[T]{value: value, err: err}
}

// choice is where it is noted which source a field is from, and what no source knows.
type choice struct {
	lacking *sdk.Lacking
	agents  *[]string // fields by SNMP: nil until a field is known, of either source
}

// first returns what the first source says that knows it. If none does, the field lacks for all their reasons, of which
// one that can be mended is given.
func first[T comparable](c choice, field string, sources ...told[T]) (none T) {
	for _, source := range sources {
		if source.value != none {
			c.note(field, source.agent)
			return source.value
		}
	}
	for _, source := range sources {
		c.lacking.Add(source.err, field)
	}
	return none
}

func (c choice) note(field string, agent bool) {
	if *c.agents == nil {
		*c.agents = []string{}
	}
	if agent {
		*c.agents = append(*c.agents, field)
	}
}

// absent is the reason of what no item of a list says, though there are items; nil if it is known.
func absent(known bool, items int64) error {
	if known || items == 0 {
		return nil
	}
	return sdk.NotAvailable(sdk.NotOnRelease)
}

// total adds up a number of all rows. If a row lacks it, or has one below zero, the whole is not known.
func total[T any](rows []T, number func(T) *int64) told[*int64] {
	var sum int64
	lacking := 0
	for _, row := range rows {
		n := number(row)
		switch {
		case n == nil:
			lacking++
		case *n < 0 || sum > math.MaxInt64-*n:
			return told[*int64]{err: sdk.NotAvailable(sdk.Malformed)}
		default:
			sum += *n
		}
	}
	switch lacking {
	case len(rows): // nobody says it
		return told[*int64]{err: sdk.NotAvailable(sdk.NotOnRelease)}
	case 0:
		return told[*int64]{value: &sum}
	}
	return told[*int64]{err: sdk.NotAvailable(sdk.Malformed)}
}

// spread is the smallest, the largest and the mean of numbers. Without any, they are not known.
type spread struct {
	min, max *int64
	sum, n   int64
}

func (s *spread) add(number *int64) {
	if number == nil || *number < 0 {
		return
	}
	s.n++
	s.sum += *number
	if s.min == nil || *number < *s.min {
		s.min = number
	}
	if s.max == nil || *number > *s.max {
		s.max = number
	}
}

// total is their sum; of no items it is 0.
func (s *spread) total(items int64) *int64 {
	if s.n == 0 && items > 0 {
		return nil
	}
	return &s.sum
}

func (s *spread) mean() *int64 {
	if s.n == 0 {
		return nil
	}
	mean := s.sum / s.n
	return &mean
}

// seconds is a length of time that the product gives as a number.
func seconds(number *int64) *time.Duration { return times(number, time.Second) }

// times leaves out what can't be a length of time.
func times(number *int64, unit time.Duration) *time.Duration {
	if number == nil || *number < 0 || *number > math.MaxInt64/int64(unit) {
		return nil
	}
	length := time.Duration(*number) * unit
	return &length
}
