package snmp

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// sample has a field for each type of object.
type sample struct {
	Integer   *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.1.0"`
	Gauge     *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.2.0"`
	Counter   *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.3.0"`
	Ticks     *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.4.0"`
	Counter64 *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.5.0"`
	Text      string   `oid:"1.3.6.1.4.1.8072.9999.9999.6.0"`
	Written   *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.7.0"`
	Decimal   *float64 `oid:"1.3.6.1.4.1.8072.9999.9999.8.0"`
	Whole     *float64 `oid:"1.3.6.1.4.1.8072.9999.9999.1.0"`
	Untagged  string
}

var samples = []snmpd.Object{
	{OID: base + ".1.0", Type: snmpd.Integer, Value: "2147483646"},
	{OID: base + ".2.0", Type: snmpd.Gauge, Value: "4294967294"},
	{OID: base + ".3.0", Type: snmpd.Counter, Value: "4294967294"},
	{OID: base + ".4.0", Type: snmpd.TimeTicks, Value: "360000"},
	{OID: base + ".5.0", Type: snmpd.Counter64, Value: "9223372036854775806"},
	{OID: base + ".6.0", Type: snmpd.Text, Value: ` Bad Tölz "7" \`},
	{OID: base + ".7.0", Type: snmpd.Text, Value: " 42 "},
	{OID: base + ".8.0", Type: snmpd.Text, Value: "7.25"},
}

// SEND-2: objects are read in both versions and with each supported algorithm.
func TestReadTakesEveryType(t *testing.T) {
	want := sample{
		at(int64(1<<31 - 2)), at(int64(1<<32 - 2)), at(int64(1<<32 - 2)), at(int64(360000)), at(int64(1<<63 - 2)),
		`Bad Tölz "7" \`, at(int64(42)), at(7.25), at(float64(1<<31 - 2)), "",
	}
	configs := []snmpd.Config{{}}
	for _, authentication := range []string{"sha", "sha256", "sha384", "sha512"} {
		for _, privacy := range []string{"aes", "aes192", "aes256"} {
			configs = append(configs, snmpd.Config{V3: true, Authentication: authentication, Privacy: privacy})
		}
	}
	for _, config := range configs {
		config.Objects = samples
		a, log := opened(t, sources(t, daemon(t, config)))
		got, err := Read[sample](t.Context(), a)
		if err != nil || log.String() != "" {
			t.Errorf("%s with %s: got %v and log %q", config.Authentication, config.Privacy, err, log)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s with %s: (-want +got)\n%s", config.Authentication, config.Privacy, diff)
		}
		requests := 1
		if config.V3 {
			requests = 2 // one to open the session
		}
		if a.Requests() != requests {
			t.Errorf("got %d requests, want %d", a.Requests(), requests)
		}
	}
}

func TestWhatIsMissingStaysEmpty(t *testing.T) {
	a, log := opened(t, sources(t, daemon(t, snmpd.Config{Objects: samples[1:2]})))
	got, err := Read[sample](t.Context(), a)
	if diff := cmp.Diff(sample{Gauge: at(int64(1<<32 - 2))}, got); diff != "" || err != nil || log.String() != "" {
		t.Errorf("got %v, log %q, (-want +got)\n%s", err, log, diff)
	}
}

// CAT-*: if a release lacks the objects, that is the reason, and no zero is invented.
func TestNoneOfTheObjects(t *testing.T) {
	a, _ := opened(t, sources(t, daemon(t, snmpd.Config{})))
	got, err := Read[sample](t.Context(), a)
	if sdk.Explain(err) != sdk.NotOnRelease || got != (sample{}) {
		t.Errorf("got %+v, %v, want %q", got, err, sdk.NotOnRelease)
	}
}

// odd has a field for each reason to reject a value.
type odd struct {
	Good   *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.1.0"`
	Huge   *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.2.0"`
	Name   *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.3.0"`
	Number string   `oid:"1.3.6.1.4.1.8072.9999.9999.1.0"`
	Long   string   `oid:"1.3.6.1.4.1.8072.9999.9999.4.0"`
	Bytes  string   `oid:"1.3.6.1.4.1.8072.9999.9999.5.0"`
	Object string   `oid:"1.3.6.1.4.1.8072.9999.9999.6.0"`
	Hex    *float64 `oid:"1.3.6.1.4.1.8072.9999.9999.7.0"`
	Line   string   `oid:"1.3.6.1.4.1.8072.9999.9999.8.0"`
}

var odds = []snmpd.Object{
	{OID: base + ".1.0", Type: snmpd.Integer, Value: "7"},
	{OID: base + ".2.0", Type: snmpd.Counter64, Value: "9223372036854775808"},
	{OID: base + ".3.0", Type: snmpd.Text, Value: "klinik-isarwinkel"},
	{OID: base + ".4.0", Type: snmpd.Text, Value: strings.Repeat("isar", 64)},
	{OID: base + ".5.0", Type: snmpd.Text, Value: "0x49534152ff"},
	{OID: base + ".6.0", Type: snmpd.ObjectID, Value: base},
	{OID: base + ".7.0", Type: snmpd.Text, Value: "0x30783130"}, // 0x10
	{OID: base + ".8.0", Type: snmpd.Text, Value: "0x69736172206e6f770a6e6f77"},
}

// ANON-1: the log names the object, once, and never its value.
func TestWrongTypesAreLeftOut(t *testing.T) {
	d := daemon(t, snmpd.Config{Objects: odds})
	a, log := opened(t, sources(t, d))
	for range 2 {
		got, err := Read[odd](t.Context(), a)
		if diff := cmp.Diff(odd{Good: at(int64(7))}, got); diff != "" || err != nil {
			t.Errorf("got %v, (-want +got)\n%s", err, diff)
		}
	}
	const other, notText = "the value has another type", "the value is not text"
	for n, why := range []string{1: other, 2: "the value is too large", 3: other, 4: "the text has too many bytes",
		5: notText, 6: other, 7: other, 8: notText} {
		line := fmt.Sprintf(`oid=%s.%d.0 why=%q`, base, n, why)
		if got := strings.Count(log.String(), line); n > 0 && got != 1 {
			t.Errorf("got %d times %s in the log %q, want it once", got, line, log)
		}
	}
	silentAbout(t, nil, log, append(d.Canaries(), "isar", "ISAR", "9223372036854775808", d.Address())...)
}

func TestNoUsableValue(t *testing.T) {
	a, _ := opened(t, sources(t, daemon(t, snmpd.Config{Objects: odds[2:]})))
	if _, err := Read[odd](t.Context(), a); sdk.Explain(err) != sdk.Malformed {
		t.Errorf("got %v, want %q", err, sdk.Malformed)
	}
}
