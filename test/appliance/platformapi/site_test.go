package platformapi

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// harmless lists all strings in the answers that reveal nothing about a customer.
var harmless = []string{
	"8K31774250D1EA", "RM-8K31774250D1EB", // serial numbers, sent in clear
	"CLARITI", "CONNECT_SUCCESS", "VALID", "CONCURRENT_CALLS", "HIGH_SECURITY", "SHARED_NUMBER_DIALING",
	"8.8.1.3201",
	"6.2.2-570154", "3.11.0.73569", "5.9.5.3182", "3.1.14-55012", "5.9.6.2327", "1.3.3-71244",
	"RealPresence Group 500", "RealPresence Group 310", "RealPresence Desktop for Windows",
	"RealPresence Trio 8800", "HDX 8000", "VVX 600", "RealPresence Debut",
	"RMX_2000", "RMX_1800", "VIRTUAL_EDITION",
	"ACTIVE", "INACTIVE", "NOT_REGISTERED", "BLOCKED", "QUARANTINED", "QUARANTINED_INACTIVE",
	"ALLOW", "QUARANTINE", "BLOCK", "COMPLIANT", "E164", "H323_ID",
	"RESOLVE_REGISTERED_EP", "RESOLVE_EXT_SIP_PEER", "RESOLVE_IP", "RESOLVE_SERVICE_PREFIX", "RESOLVE_LYNC_ID",
	"RESOLVE_LYNC_ID_AUTO_ATTENDANT", "RESOLVE_BY_STAND_IN",
	"IN_SERVICE", "BUSIED_OUT", "INTEGRATED", "LOADED", "LOCAL", "MICROSOFT", "OTHER", "TLS", "V3", "TLSv1.2", "CUSTOM",
	"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA",
	"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "sip:5060:private", "sip:5061:private", "sip:5062:private", "11", "6", "0",
	"INTEGRATED_WO_ENCRYPTION", "MANAGED_ENDPOINTS", "MULTI_TENANCY", "HIGH_AVAILABILITY",
}

var (
	date   = regexp.MustCompile(`^20\d\d-\d\d-\d\d(T\d\d:\d\d:\d\d[+]\d\d:\d\d)?$`)
	secret = regexp.MustCompile(`(?i)(password|passcode|realm|script|community|token|description|operatorUri|errorMessage)$`)
)

// ANON-1: the tests of the plugins and of the service search for the sites' identifiers, and for
// the canaries, which are in every place where a product keeps a secret next to the data. So each
// string must be one of them or known to be harmless, and none may occur by chance.
func TestEachStringIsAnIdentifierOrHarmless(t *testing.T) {
	for _, site := range []Site{Believable(), ResourceManager()} {
		canaries, members := site.Canaries(), map[string]bool{}
		eachMember("", site.answers, func(member string, leaf any) {
			members[member] = true
			text := ""
			switch leaf := leaf.(type) {
			case string:
				if text = leaf; !slices.Contains(harmless, text) && !date.MatchString(text) {
					t.Errorf("%s: got %q, want an identifier or something harmless", member, text)
				}
			case identifying:
				text = string(leaf)
			case credential:
				return
			}
			if text != "" && secret.MatchString(member) && !slices.Contains(canaries, text) {
				t.Errorf("%s: got %q, want a canary", member, text)
			}
		})
		innocents := strings.ToLower(strings.Join(slices.AppendSeq(slices.Clone(harmless), maps.Keys(members)), "\n"))
		for _, identifier := range site.Identifiers() {
			if utf8.RuneCountInString(identifier) < 6 || strings.Contains(innocents, strings.ToLower(identifier)) {
				t.Errorf("%q: got it short, or among harmless words", identifier)
			}
		}
	}
}

// eachMember calls see with every leaf and the name of its member.
func eachMember(member string, tree any, see func(member string, leaf any)) {
	switch branch := tree.(type) {
	case object:
		for name, value := range branch {
			eachMember(name, value, see)
		}
	case []any:
		for _, value := range branch {
			eachMember(member, value, see)
		}
	case ciphers:
		eachMember(member, branch.inVersion(1), see)
		eachMember(member, branch.inVersion(3), see)
	default:
		see(member, tree)
	}
}
