package snmp

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gosnmp/gosnmp"
)

// These values can't be served by snmpd. nil means that the value must be left out.
func TestValues(t *testing.T) {
	bytes := func(s string) any { return []byte(s) }
	table := []struct {
		kind  kind
		of    gosnmp.Asn1BER
		value any
		want  any
	}{
		{integer, gosnmp.Integer, 0, int64(0)},
		{integer, gosnmp.Integer, -1, nil},
		{integer, gosnmp.Integer, math.MinInt32, nil},
		{integer, gosnmp.Integer, math.MaxInt32, nil},
		{integer, gosnmp.Gauge32, uint(math.MaxInt32), nil},
		{integer, gosnmp.Gauge32, uint(math.MaxUint32), nil},
		{integer, gosnmp.Gauge32, uint(math.MaxUint32 - 1), int64(math.MaxUint32 - 1)},
		{integer, gosnmp.TimeTicks, uint32(math.MaxUint32), nil},
		{integer, gosnmp.Counter64, uint64(math.MaxInt64 - 1), int64(math.MaxInt64 - 1)},
		{integer, gosnmp.Counter64, uint64(math.MaxInt64), nil},
		{integer, gosnmp.Counter64, uint64(math.MaxUint64), nil},
		{integer, gosnmp.Uinteger32, uint32(7), nil},
		{integer, gosnmp.OctetString, bytes("-1"), nil},
		{integer, gosnmp.OctetString, bytes("007\x00"), int64(7)},
		{integer, gosnmp.OctetString, bytes("7.0"), nil},
		{integer, gosnmp.OctetString, bytes(""), nil},
		{integer, gosnmp.OctetString, bytes("1_000"), nil},
		{integer, gosnmp.OctetString, bytes("9223372036854775808"), nil},
		{integer, gosnmp.OpaqueFloat, float32(7), nil},
		{integer, gosnmp.Counter32, nil, nil},
		{integer, gosnmp.Null, nil, nil},
		{decimal, gosnmp.OpaqueFloat, float32(0.5), 0.5},
		{decimal, gosnmp.OpaqueDouble, 0.25, 0.25},
		{decimal, gosnmp.OctetString, bytes("99.5"), 99.5},
		{decimal, gosnmp.OctetString, bytes("99,5"), nil},
		{decimal, gosnmp.OctetString, bytes("1e9"), nil},
		{decimal, gosnmp.OctetString, bytes("inf"), nil},
		{decimal, gosnmp.OctetString, bytes("1-2"), nil},
		{decimal, gosnmp.Opaque, bytes("7"), nil},
		{text, gosnmp.OctetString, bytes("8.8.1\x00"), "8.8.1"},
		{text, gosnmp.OctetString, bytes("a\x00b"), nil},
		{text, gosnmp.OctetString, bytes("\xff"), nil},
		{text, gosnmp.Opaque, bytes("a"), nil},
		{text, gosnmp.IPAddress, "192.0.2.1", nil},
		{text, gosnmp.Integer, 7, nil},
	}
	for _, row := range table {
		got, err := row.kind.of(gosnmp.SnmpPDU{Type: row.of, Value: row.value})
		if row.want == nil {
			if err == nil {
				t.Errorf("%v %v: got %v, want it left out", row.of, row.value, got)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(reflect.Indirect(got).Interface(), row.want) {
			t.Errorf("%v %v: got %v, %v, want %v", row.of, row.value, got, err, row.want)
		}
	}
}

func TestOIDs(t *testing.T) {
	for _, text := range []string{"", ".", "1..2", "1.-2", "1.4294967296", "sysName", "1.2 ", "1.02"} {
		if got, err := parseOID(text); err == nil {
			t.Errorf("%q: got %v, want no OID", text, got)
		}
	}
	got, err := parseOID(".1.3.4294967295.0")
	if err != nil || got.String() != "1.3.4294967295.0" {
		t.Errorf("got %v, %v, want it as it was", got, err)
	}
	if _, inside := got.below(oid{1, 3, 4}); inside {
		t.Error("got 1.3.4294967295.0 below 1.3.4, want it not: numbers count, not digits")
	}
}

// An OID has one spelling, except for a leading dot. An OID below another one begins with its
// numbers.
func FuzzOID(f *testing.F) {
	f.Add(".1.3.6.1.4.1", "1.3.6")
	f.Add("1.3.06", "1.3.6")
	f.Add("1.3", "1.3")
	f.Add("4294967295.4294967296", "0")
	f.Add(strings.Repeat("1.", maxNumbers)+"1", "1")
	f.Fuzz(func(t *testing.T, text, prefix string) {
		o, err := parseOID(text)
		if err != nil {
			return
		}
		if o.String() != strings.TrimPrefix(text, ".") || len(o) > maxNumbers {
			t.Errorf("%q: got %v with %d numbers", text, o, len(o))
		}
		p, err := parseOID(prefix)
		if err != nil {
			return
		}
		rest, below := o.below(p)
		if want := strings.HasPrefix(o.String()+".", p.String()+".") && len(o) > len(p); below != want ||
			below && p.String()+"."+rest.String() != o.String() {
			t.Errorf("%q below %q: got %v, %v", text, prefix, rest, below)
		}
		if last := o[len(o)-1]; len(o) > 1 && !slices.Equal(o[:len(o)-1].child(last), o) {
			t.Errorf("%q: got another as its parent's child", text)
		}
	})
}
