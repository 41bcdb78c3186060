package main

import (
	"math"
	"time"

	"polycom.com/usagedata/plugins/internal/platformapi"
)

// The resources of the Platform API that are read, with the newest version that is documented.
// Those marked inferred are documented without their path, or their path without members; a release
// that has them elsewhere answers 404, and what they would say is left out. Representations that no
// document names are formed like those that one does.
var (
	licenseStatus = platformapi.Resource{Path: "/config/licenses/license-status",
		Representation: "plcm-license-status", Newest: 2}
	superclusters = platformapi.Resource{Path: "/dma-supercluster", // members inferred
		Representation: "plcm-dma-supercluster", Newest: 1}
	users          = platformapi.Resource{Path: "/users", Representation: "plcm-user-list", Newest: 1}
	rooms          = platformapi.Resource{Path: "/rooms", Representation: "plcm-room-list", Newest: 1}
	devices        = platformapi.Resource{Path: "/devices", Representation: "plcm-device-list", Newest: 3}
	sites          = platformapi.Resource{Path: "/site-topology/sites", Representation: "plcm-site-list", Newest: 1}
	territories    = platformapi.Resource{Path: "/territories", Representation: "plcm-territory-list", Newest: 3}
	mcus           = platformapi.Resource{Path: "/mcus", Representation: "plcm-mcu-list", Newest: 1}
	gatekeepers    = platformapi.Resource{Path: "/ext-gatekeeper", Representation: "plcm-ext-gatekeeper-list", Newest: 1}
	sipPeers       = platformapi.Resource{Path: "/ext-sip-peer", Representation: "plcm-ext-sip-peer-list", Newest: 1}
	sbcs           = platformapi.Resource{Path: "/ext-sbc", Representation: "plcm-ext-sbc-list", Newest: 1}
	callStatistics = platformapi.Resource{Path: "/active-calls/statistics",
		Representation: "plcm-active-call-statistics", Newest: 1}
	conferences = platformapi.Resource{Path: "/conferences", Representation: "plcm-conference-list", Newest: 1}

	directoryState = platformapi.Resource{Path: "/config/enterprise-directory/status",
		Representation: "plcm-enterprise-directory-status", Newest: 1}
	directoryCaches = platformapi.Resource{Path: "/config/enterprise-directory-cache/status",
		Representation: "plcm-enterprise-directory-cache-status", Newest: 1}
	dialPlans    = platformapi.Resource{Path: "/dial-plans", Representation: "plcm-dial-plan-list", Newest: 1}
	dialingRules = platformapi.Resource{Path: "/dial-rules", // path inferred; also below each dial plan
		Representation: "plcm-dial-rule-list", Newest: 2}
	queues  = platformapi.Resource{Path: "/veqs", Representation: "plcm-veq-list", Newest: 1}
	hunting = platformapi.Resource{Path: "/hunt-groups", Representation: "plcm-hunt-group-list", Newest: 1}

	securityConfig = platformapi.Resource{Path: "/security-settings",
		Representation: "plcm-security-settings", Newest: 4}
	localPasswords = platformapi.Resource{Path: "/config/local-password", // path inferred
		Representation: "plcm-local-password-config", Newest: 1}
	policies = platformapi.Resource{Path: "/registration-policies",
		Representation: "plcm-registration-policy-list", Newest: 2}
	sipInbound = platformapi.Resource{Path: "/device-authentication/inbound/sip-device-authentication-inbound",
		Representation: "plcm-sip-device-authentication-settings", Newest: 1}
	inboundEntries = platformapi.Resource{Path: "/device-authentication/inbound",
		Representation: "plcm-device-authentication-inbound-list", Newest: 1}
	outboundEntries = platformapi.Resource{Path: "/device-authentication/outbound",
		Representation: "plcm-device-authentication-outbound-list", Newest: 1}
)

// spread is the smallest, the largest and the mean of numbers. Without any, they are not known.
type spread struct {
	min, max *int64
	sum, n   int64
}

func (s *spread) add(number *int64) {
	if number == nil {
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

func (s *spread) mean() *int64 {
	if s.n == 0 {
		return nil
	}
	mean := s.sum / s.n
	return &mean
}

// sum adds to a number that is not known before the first.
func sum(total *int64, more int64) *int64 {
	if total != nil {
		more += *total
	}
	return &more
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
