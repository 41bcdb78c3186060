package platformapi

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// serialNumber looks like the serial number of a virtual edition.
const serialNumber = "8K31774250D1EA"

// Site holds the data of the appliance: one answer for each resource, complete and in its newest
// version.
type Site struct {
	answers map[string]any // path → object, or []any for a list
	counts  Counts
}

// Believable returns a medium-sized customer that uses everything: umlauts and spaces in names,
// addresses of both families, and a canary in each place where a product keeps a credential. The
// result is the same at every call.
func Believable() Site {
	return Site{counts: siteCounts(), answers: map[string]any{
		"/active-calls/statistics":                  callStatistics(),
		"/conference-rooms":                         list(38, conferenceRoom),
		"/conferences":                              list(9, conference),
		"/conferences/usage/all":                    list(len(clusters), conferenceUsage),
		"/config/enterprise-directory/status":       directoryStatus(),
		"/config/enterprise-directory-cache/status": directoryCacheStatus(),
		"/config/licenses/license-status":           licenseStatus(),
		pathSIPInbound:                              sipInbound(),
		"/device-authentication/inbound":            list(7, deviceCredential),
		"/device-authentication/outbound":           list(5, sipOutbound),
		"/devices":                                  list(312, device),
		"/dial-plans":                               list(len(dialPlans), dialPlan),
		DialRules(0):                                rulesOf(0),
		DialRules(1):                                rulesOf(1),
		DialRules(2):                                rulesOf(2),
		"/dma-supercluster":                         supercluster(),
		"/ext-gatekeeper":                           list(2, gatekeeper),
		"/ext-sbc":                                  list(1, sbc),
		"/ext-sip-peer":                             list(3, sipPeer),
		"/groups":                                   list(11, group),
		"/hunt-groups":                              list(12, huntGroup),
		"/login-policy/password-config":             localPasswordConfig(),
		"/login-policy/whitelist-config":            whitelistConfig(),
		"/mcus":                                     list(4, mcu),
		"/registration-policies":                    list(2, registrationPolicy),
		"/rooms":                                    list(21, room),
		"/security-settings":                        securitySettings(),
		"/site-topology/sites":                      list(placeCount, topologySite),
		"/territories":                              list(3, territory),
		"/users":                                    list(148, user),
		"/veqs":                                     list(6, queue),
	}}
}

// WithCount returns the same site with n items in a list: truncated, or repeated from the start.
// All items differ, because each holds the number of its repetition.
func (s Site) WithCount(path string, n int) Site {
	items, _ := s.answers[path].([]any)
	sized := make([]any, 0, n)
	for i := 0; i < n && len(items) > 0; i++ {
		sized = append(sized, replaced(items[i%len(items)].(object), "repetition", i/len(items)))
	}
	return s.with(path, sized)
}

// WithMember returns the same site with one member replaced, of an object or of the first item of a
// list.
func (s Site) WithMember(path, member string, value any) Site {
	switch answer := s.answers[path].(type) {
	case object:
		return s.with(path, replaced(answer, member, value))
	case []any:
		items := slices.Clone(answer)
		items[0] = replaced(items[0].(object), member, value)
		return s.with(path, items)
	}
	return s
}

// WithObject returns the same site with another answer of a resource.
func (s Site) WithObject(path string, answer map[string]any) Site { return s.with(path, answer) }

func replaced(original object, member string, value any) object {
	changed := maps.Clone(original)
	changed[member] = value
	return changed
}

func (s Site) with(path string, answer any) Site {
	return Site{answers: replaced(s.answers, path, answer)}
}

// SerialNumber returns the serial number in /config/licenses/license-status; it may be sent in
// clear.
func (s Site) SerialNumber() string {
	license, _ := s.answers["/config/licenses/license-status"].(object)
	serial, _ := license["serialNumber"].(string)
	return serial
}

// Identifiers returns all strings in all answers that identify the customer or reveal a credential,
// and the identifying parts of composed strings. Each has at least six characters, so that it does
// not occur in a document by chance. A JSON document may hold the non-ASCII ones escaped: decode
// before searching.
func (s Site) Identifiers() []string {
	found := map[string]bool{}
	s.visit(func(leaf any) {
		switch leaf := leaf.(type) {
		case identifying:
			for _, part := range parts(string(leaf)) {
				found[part] = true
			}
		case credential:
			found[string(leaf)] = true
		}
	})
	return slices.Sorted(maps.Keys(found))
}

// Canaries returns the [Site.Identifiers] that no plugin may even read: credentials, scripts and
// realms, and free text.
func (s Site) Canaries() []string {
	found := map[string]bool{}
	for _, answer := range s.answers {
		canaries(found, "", answer)
	}
	return slices.Sorted(maps.Keys(found))
}

func (s Site) visit(see func(leaf any)) {
	for _, answer := range s.answers {
		visit(answer, see)
	}
}

// parts returns a value and its components: user and host of a URI, addresses in a list, the first
// label of a host name, the login after a domain. Free text is not split: the names in it occur
// elsewhere, too.
func parts(value string) []string {
	found := []string{value}
	if strings.Contains(value, " ") {
		return found
	}
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(`@,\/`, r) }) {
		part = strings.TrimPrefix(part, "sip:")
		label, _, _ := strings.Cut(part, ".")
		for _, candidate := range []string{part, label} {
			if utf8.RuneCountInString(candidate) >= 6 {
				found = append(found, candidate)
			}
		}
	}
	return found
}
