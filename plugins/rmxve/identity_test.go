package main

import (
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance"
	"polycom.com/usagedata/test/appliance/snmpd"
)

func TestKnownType(t *testing.T) {
	for text, want := range map[string]string{
		"SOFT_MCU_EDGE": "soft_mcu_edge", "SOFT_MCU_EDGE\n": "soft_mcu_edge", "soft_mcu": "soft_mcu",
		"RMX2000":     "other",
		"klinik_isar": "other", "\ufeffSOFT_MCU\r\n": "soft_mcu", "soft_mcu\x00\x00": "soft_mcu",
		"\xff\xfes\x00o\x00f\x00t\x00": "", "soft_mcu\nsoft_mcu_edge": "", "soft-mcu": "",
		"": "", "two words": "", "rmx.example": "", strings.Repeat("A", 33): "", "\x00": "",
	} {
		got, err := knownType(readable(text), nil)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
}

// If neither a file nor the machine has the serial number, it is read from the agent's ENTITY-MIB.
func TestTheAgentsSerialNumber(t *testing.T) {
	t.Parallel()
	const class, number = "1.3.6.1.2.1.47.1.1.1.1.5.1", "1.3.6.1.2.1.47.1.1.1.1.11.1"
	for name, row := range map[string]struct {
		change map[string]string
		want   any
	}{
		"a chassis": {nil, snmpd.RMXSerial},
		"a stack":   {map[string]string{class: "11"}, snmpd.RMXSerial},
		"a fan":     {map[string]string{class: "7"}, nil},
		"a filler":  {map[string]string{number: "To be filled by O.E.M."}, nil},
	} {
		objects := snmpd.RMX()
		for i, o := range objects {
			if value, ok := row.change[o.OID]; ok {
				objects[i].Value = value
			}
		}
		got := collect(t, sdktest.On{Root: "testdata/missing",
			Sources: map[string]any{"snmp": appliance.AgentSource(t, agent(t, objects))}})
		system := got.Values["system"]
		if is := system["serial_number"]; is != row.want || is != nil && system["source"] != "snmp" {
			t.Errorf("%s: got %v, want %v by SNMP", name, system, row.want)
		}
	}
}

// A device type that is not understood is reported as malformed, not as missing, although the file
// is not configured.
func TestTheAgentsDeviceType(t *testing.T) {
	t.Parallel()
	for _, odd := range []snmpd.Object{{Type: snmpd.Text, Value: "Soft MCU"}, {Type: snmpd.Text, Value: "RMX 2000"},
		{Type: snmpd.Integer, Value: "1"}} {
		objects := snmpd.RMX()
		for i, o := range objects {
			if o.OID == "1.3.6.1.4.1.13885.110.1.1.3.0" {
				objects[i].Type, objects[i].Value = odd.Type, odd.Value
			}
		}
		sources := map[string]any{"snmp": appliance.AgentSource(t, agent(t, objects))}
		got := collect(t, sdktest.On{Root: "testdata/missing", Sources: sources})
		if reason := got.Omitted["mcu_type"]; reason != sdk.Malformed {
			t.Errorf("%s: got %v, omitted %q, want %q", odd.Value, got.Values["mcu_type"], reason, sdk.Malformed)
		}
	}
}
