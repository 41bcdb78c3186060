package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// CAT-*, ANON-1: the host's treatment passes all that this plugin sends, versions and serial number among it: nothing
// of it names anyone, so nothing becomes a pseudonym. SEND-4: it is a small document.
func TestTheTreatmentKeepsItAll(t *testing.T) {
	t.Parallel()
	got := collect(t, sdktest.On{Root: good(t), Sources: map[string]any{"mcu": located(),
		"snmp": asked(t, agent(t, snmpd.RMX()...))}})
	treated := anonymize.Treat(anonymize.EphemeralKey(), parsed(t), anonymize.Unnamed(), observed(got.Values))
	facts, tally := treated.Facts, treated.Tally
	sent := map[string]any{}
	for _, f := range facts {
		sent[f.Category()+"."+f.Field()] = f.Value()
	}
	for category, fields := range got.Values {
		for field := range fields {
			if sent[category+"."+field] == nil {
				t.Errorf("%s.%s was not kept", category, field)
			}
		}
	}
	if tally.Kept == 0 || tally.Suppressed+tally.Pseudonymized+tally.Scrubbed+tally.Undeclared > 0 {
		t.Errorf("got %+v, want all kept", tally)
	}
	if got, want := sent["kernel_states.release"], "3.10.0-1160.118.1"; got != want {
		t.Errorf("got release %v, want %v", got, want)
	}
	if text, err := json.Marshal(got.Values); err != nil || len(text) > 2_000 {
		t.Errorf("got %d bytes, %v, want less than 2,000", len(text), err)
	}
}

// P7: a build for military systems, and one whose release puts a name before the number, pass the plugin and the host.
func TestVersionsThatLeave(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"7.5.0.J": "7.5.0.J", "Version: 8.4.2J": "8.4.2J", "RMX_8.7.4.338": "8.7.4.338", "version = 8.6.3.178": "8.6.3.178",
	} {
		root := good(t)
		if err := os.WriteFile(filepath.Join(root, "opt/mcu/mcms/version.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, f := range collect(t, sdktest.On{Root: root, Sources: map[string]any{"mcu": located()}}).Treated(t) {
			if f.Field == "mcu_version.version" && f.Leaves != want {
				t.Errorf("%q: got %v want %v", text, f.Leaves, want)
			}
		}
	}
}

func observed(values map[string]map[string]any) []usage.Observation {
	var all []usage.Observation
	for category, fields := range values {
		for field, value := range fields {
			all = append(all, usage.Observation{Category: category, Field: usage.Raw(field), Value: raw(value)})
		}
	}
	return all
}

// raw hides what was sent as the host does that receives it.
func raw(value any) usage.Value {
	switch is := value.(type) {
	case map[string]any:
		record := usage.Record{}
		for name, part := range is {
			record[name] = raw(part)
		}
		return usage.Raw(record)
	case []any:
		var list usage.List
		for _, entry := range is {
			list = append(list, raw(entry))
		}
		return usage.Raw(list)
	default:
		return usage.Raw(value)
	}
}
