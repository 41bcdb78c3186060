package snmpd_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"polycom.com/usagedata/test/appliance/snmpd"
)

// ANON-1: the tests of the plugins search for the identifiers, so each text must be one of them or
// known to be harmless, and none may occur by chance.
func TestEveryTextIsAnIdentifierOrHarmless(t *testing.T) {
	harmless := []string{"Polycom RealPresence Collaboration Server 8.8.1.3201", "2018-05-17", "SOFT_MCU_EDGE",
		snmpd.RMXSerial}
	identifiers := snmpd.Identifiers()
	for _, set := range [][]snmpd.Object{snmpd.DMA(), snmpd.ResourceManager(), snmpd.RMX()} {
		for _, o := range set {
			if o.Type == snmpd.Text && slices.Contains(identifiers, o.Value) == slices.Contains(harmless, o.Value) {
				t.Errorf("%s: got %q, want an identifier or something harmless", o.OID, o.Value)
			}
		}
	}
	for _, identifier := range identifiers {
		if utf8.RuneCountInString(identifier) < 6 || strings.Contains(strings.Join(harmless, " "), identifier) {
			t.Errorf("got identifier %q, want none that turns up by chance", identifier)
		}
	}
}
