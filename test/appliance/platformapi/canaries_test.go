package platformapi_test

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/test/appliance/platformapi"
)

// ANON-1: wherever a product keeps a secret beside the data, the stand-in has one, so that a reader that takes too much
// is found out.
func TestSecretsLieBesideTheData(t *testing.T) {
	places := []string{
		"canary-conference-passcode", "canary-conference-chair-passcode", "canary-room-passcode",
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
