package platformapi_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"polycom.com/usagedata/test/appliance/platformapi"
)

// harmless are all strings in the answers that tell nothing about a customer.
var harmless = []string{
	"8K31774250D1EA", // serial number, sent in clear
	"CLARITI", "CONNECT_SUCCESS", "VALID", "CONCURRENT_CALLS", "HIGH_SECURITY", "SHARED_NUMBER_DIALING",
	"10.0.0.1347", "6.3.2.214", "8.8.1.3201", "1.0", "2.0",
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
}

var date = regexp.MustCompile(`^20\d\d-\d\d-\d\d(T\d\d:\d\d:\d\d[+]\d\d:\d\d)?$`)

func TestEveryStringIsAnIdentifierOrKnownToBeHarmless(t *testing.T) {
	identifiers := platformapi.Believable().Identifiers()
	for _, release := range []platformapi.Release{platformapi.Newest, platformapi.Older} {
		appliance := start(t, platformapi.Config{Release: release})
		for _, found := range allStrings(t, appliance) {
			_, identifying := slices.BinarySearch(identifiers, found)
			innocent := slices.Contains(harmless, found) || date.MatchString(found)
			if identifying == innocent {
				t.Errorf("%q: got identifying %t and harmless %t, want one of them", found, identifying, innocent)
			}
		}
	}
}

func TestIdentifiersDoNotTurnUpByChance(t *testing.T) {
	innocent := strings.ToLower(strings.Join(harmless, "\n") + strings.Join(memberNames(t), "\n"))
	for _, identifier := range platformapi.Believable().Identifiers() {
		if utf8.RuneCountInString(identifier) < 6 {
			t.Errorf("%q: got fewer than six characters", identifier)
		}
		if strings.Contains(innocent, strings.ToLower(identifier)) {
			t.Errorf("%q: found in harmless words", identifier)
		}
	}
}

func TestIdentifiersCoverEachKind(t *testing.T) {
	site := platformapi.Believable()
	for _, want := range []string{
		"klinikum-isarwinkel.example", "dma-isar-toelz", "dma-isar-toelz-1.klinikum-isarwinkel.example", "Schönfelder",
		"jürgen.schönfelder", "Klinik Bad Tölz", "172.23.100.10", "2001:db8:7a1e:1000::", "00:e0:db:4c:40:00",
		"sip:raum-fuessen-001@klinikum-isarwinkel.example", "raum-fuessen-001", "498999998000", "+49 89 99998 700",
	} {
		if !slices.Contains(site.Identifiers(), want) {
			t.Errorf("%q: got it not listed, want it listed", want)
		}
	}
}

func TestEachCredentialMemberHoldsACanary(t *testing.T) {
	site := platformapi.Believable()
	canaries, identifiers := site.Canaries(), site.Identifiers()
	secret := regexp.MustCompile(`(?i)(password|passcode|realm|script|community|token|description|operatorUri|errorMessage)$`)
	appliance := start(t, platformapi.Config{})
	seen := map[string]bool{}
	everyAnswer(t, appliance, func(member string, value any) {
		text, isText := value.(string)
		if !isText || !secret.MatchString(member) {
			return
		}
		seen[text] = true
		if !slices.Contains(canaries, text) || !slices.Contains(identifiers, text) {
			t.Errorf("%s: got %q, want a canary", member, text)
		}
	})
	if len(seen) != len(canaries) {
		t.Errorf("got %d of the %d canaries in such members", len(seen), len(canaries))
	}
}

func allStrings(t *testing.T, a *platformapi.Appliance) []string {
	t.Helper()
	var found []string
	everyAnswer(t, a, func(_ string, value any) {
		if text, ok := value.(string); ok {
			found = append(found, text)
		}
	})
	slices.Sort(found)
	return slices.Compact(found)
}

func memberNames(t *testing.T) []string {
	t.Helper()
	var names []string
	everyAnswer(t, start(t, platformapi.Config{}), func(member string, _ any) { names = append(names, member) })
	slices.Sort(names)
	return slices.Compact(names)
}

// everyAnswer reads all pages of all resources that there are and calls see with every value.
func everyAnswer(t *testing.T, a *platformapi.Appliance, see func(member string, value any)) {
	t.Helper()
	read := 0
	for _, path := range platformapi.Believable().Paths() {
		for page := 1; ; page++ {
			got := get(t, a, fmt.Sprintf("%s?page=%d", path, page), anything)
			if got.status == 404 {
				break
			}
			answer := got.decoded(t)
			walk("", answer, see)
			read++
			paged, isList := answer["plcmPage"].(map[string]any)
			if !isList || paged["totalSize"].(float64) <= float64(100*page) {
				break
			}
		}
	}
	if read < 20 {
		t.Errorf("got %d answers, want all resources", read)
	}
}

func walk(member string, value any, see func(member string, value any)) {
	see(member, value)
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			walk(name, inner, see)
		}
	case []any:
		for _, inner := range value {
			walk(member, inner, see)
		}
	}
}

// ANON-1: wherever a product keeps a secret beside the data, the stand-in has one, so that a reader that takes too much
// is found out.
func TestSecretsLieBesideTheData(t *testing.T) {
	places := []string{
		"canary-conference-passcode", "canary-conference-chair-passcode", "canary-room-passcode",
		"canary-conference-room-passcode", "canary-conference-room-chair-passcode", "canary-directory-error-message",
		"canary-room-chair-passcode", "canary-user-passcode",
		"canary-user-chair-passcode", "canary-veq-passcode", "canary-user-password", "canary-device-password",
		"canary-mcu-password",
		"canary-gatekeeper-password", "canary-sip-peer-password", "canary-sbc-password", "canary-inbound-password",
		"canary-sip-outbound-password",
		"canary-supercluster-password", "canary-directory-password", "canary-exchange-password", "canary-default-password",
		"canary-snmp-community",
		"canary-device-realm", "canary-sip-peer-realm", "canary-sbc-realm", "canary-sip-inbound-realm",
		"canary-sip-outbound-realm",
		"canary-dial-rule-script", "canary-gatekeeper-script", "canary-sip-peer-script", "canary-sbc-script",
		"canary-registration-script",
		"canary-license-request-token",
		"Nebenstellen der ", "Empfang ", "Notdienst, ", "Standort ", "Alle Standorte um ", "Für Endgeräte in ", "Übergang ",
		"Verbund mit ", "Alle Anschlüsse ",
		"sip:vermittlung-",
	}
	found := platformapi.Believable().Canaries()
	for _, place := range places {
		if !slices.ContainsFunc(found, func(canary string) bool { return strings.HasPrefix(canary, place) }) {
			t.Errorf("got no canary %s…, want one", place)
		}
	}
	for _, canary := range found {
		if !slices.ContainsFunc(places, func(place string) bool { return strings.HasPrefix(canary, place) }) &&
			!strings.Contains(canary, "torwaechter") {
			t.Errorf("got canary %q of a place that is not listed", canary)
		}
	}
}
