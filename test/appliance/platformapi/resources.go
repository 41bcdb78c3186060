package platformapi

import (
	"fmt"
	"strings"
)

// Release is the product's software release, which determines its resources and versions.
type Release string

const (
	// Newest has every resource in its newest version.
	Newest Release = "10.0"
	// Older lacks some resources (404) and some newer versions (406).
	Older Release = "6.3"
)

// version returns the software version that the appliance reports.
func (r Release) version() string {
	if r == Older {
		return "6.3.2.214"
	}
	return "10.0.0.1347"
}

// resource describes a path: its representation, its newest version in each release (0 if the
// release does not have it), and the versions that have a member if not all do.
type resource struct {
	representation string
	newest, older  int
	members        map[string]span
	shortMediaType bool // the documents write its media type without the second "plcm."
}

// span is the first and last version that has a member; if last is 0, the newest still has it.
type span struct{ first, last int }

func (s span) holds(version int) bool {
	return s.first <= version && (s.last == 0 || version <= s.last)
}

func (r resource) versionIn(release Release) int {
	if release == Older {
		return r.older
	}
	return r.newest
}

// mediaType returns the Content-Type of one version.
func (r resource) mediaType(version int) string {
	if r.shortMediaType {
		return fmt.Sprintf("application/vnd.%s+json", r.representation)
	}
	if version == 1 {
		return fmt.Sprintf("application/vnd.plcm.%s+json", r.representation)
	}
	return fmt.Sprintf("application/vnd.plcm.%s-v%d+json", r.representation, version)
}

// listMember turns plcm-device-list, version 3, into plcmDeviceV3List.
func (r resource) listMember(version int) string {
	words := strings.Split(strings.TrimSuffix(r.representation, "-list"), "-")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	if version > 1 {
		words = append(words, fmt.Sprintf("V%d", version))
	}
	return strings.Join(words, "") + "List"
}

var resources = map[string]resource{
	"/active-calls/statistics": {representation: "plcm-active-call-statistics", newest: 1,
		shortMediaType: true},
	"/conference-rooms":                   {representation: "plcm-conference-room-list", newest: 1},
	"/conferences":                        {representation: "plcm-conference-list", newest: 1, older: 1},
	"/conferences/usage/all":              {representation: "plcm-conference-manager-usage-list", newest: 1},
	"/config/enterprise-directory/status": {representation: "plcm-enterprise-directory-status", newest: 1, older: 1},
	"/config/enterprise-directory-cache/status": {representation: "plcm-enterprise-directory-cache-status",
		newest: 1, older: 1},
	"/config/licenses/license-status": {representation: "plcm-license-status", newest: 2, older: 1,
		members: licenseMembers},
	"/config/licenses/poly-license/status": {representation: "plcm-poly-license-status", newest: 2}, // no site has it
	pathSIPInbound: {representation: "plcm-sip-device-authentication-settings",
		newest: 1, older: 1},
	"/device-authentication/inbound":  {representation: "plcm-device-authentication-inbound-list", newest: 1},
	"/device-authentication/outbound": {representation: "plcm-device-authentication-outbound-list", newest: 1},
	"/devices": {representation: "plcm-device-list", newest: 3, older: 2,
		members: deviceMembers},
	"/dial-plans": {representation: "plcm-dial-plan-list", newest: 1, older: 1},
	rulesOfAPlan: {representation: "plcm-dial-rule-list", newest: 2, older: 1,
		members: dialRuleMembers},
	"/dma-supercluster":              {representation: "plcm-dma-supercluster", newest: 1, older: 1},
	"/ext-gatekeeper":                {representation: "plcm-ext-gatekeeper-list", newest: 1, older: 1},
	"/ext-sbc":                       {representation: "plcm-ext-sbc-list", newest: 1, older: 1},
	"/ext-sip-peer":                  {representation: "plcm-ext-sip-peer-list", newest: 4, older: 2},
	"/groups":                        {representation: "plcm-group-list", newest: 1, older: 1},
	"/hunt-groups":                   {representation: "plcm-hunt-group-list", newest: 1, older: 1},
	"/login-policy/password-config":  {representation: "plcm-local-password-config", newest: 1, older: 1},
	"/login-policy/whitelist-config": {representation: "plcm-whitelist-config", newest: 1},
	"/mcus":                          {representation: "plcm-mcu-list", newest: 1, older: 1},
	"/registration-policies": {representation: "plcm-registration-policy-list", newest: 2, older: 1,
		members: policyMembers},
	"/rooms": {representation: "plcm-room-list", newest: 1, older: 1},
	"/security-settings": {representation: "plcm-security-settings", newest: 4, older: 2,
		members: securityMembers},
	"/site-topology/sites": {representation: "plcm-site-list", newest: 1, older: 1},
	"/territories":         {representation: "plcm-territory-list", newest: 3, older: 2},
	"/users":               {representation: "plcm-user-list", newest: 1, older: 1},
	"/veqs":                {representation: "plcm-veq-list", newest: 1, older: 1},
}

const pathSIPInbound = "/device-authentication/inbound/sip-device-authentication-inbound"

// These members were added or replaced by later versions.
var (
	licenseMembers = map[string]span{
		"hostId": {first: 2}, "hostName": {first: 2}, "licensedCalls": {first: 2},
		"licensingBurstAvailable": {first: 2},
		"licensingBurstEnabled":   {first: 2}, "licensingScheme": {first: 2}, "serialNumber": {first: 2},
		"lastSuccessfulConnectionServer": {first: 2},
	}
	dialRuleMembers = map[string]span{"preliminaryEnabled": {first: 2}, "preliminaryScript": {first: 2}}
	deviceMembers   = map[string]span{
		"plcmSipIdentity":       {first: 1, last: 2},
		"plcmSipIdentityV2":     {first: 3},
		"deviceAdmissionPolicy": {first: 2},
		"complianceLevel":       {first: 3},
	}
	policyMembers = map[string]span{
		"includeChangedDevices":            {first: 2},
		"deleteInactiveEndpoints":          {first: 2},
		"inactiveRegistrationDaysToDelete": {first: 2},
	}
	securityMembers = map[string]span{
		"allowSshAccess":            {first: 2},
		"skipCertificateValidation": {first: 3},
		"signalingCiphers":          {first: 2},
		"managementCiphers":         {first: 2},
		"tlsVersions":               {first: 4},
	}
)
