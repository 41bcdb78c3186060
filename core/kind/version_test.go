package kind

import (
	"strings"
	"testing"
)

// P6: an address, a name, a telephone number or a hardware address is no version.
func TestP6Version(t *testing.T) {
	checkAll(t, Version, false, Terms{},
		"10.83.201.44", "193.99.144.80", "100.64.7.9", "1.0-10.83.201.44", "172.31.4.5-hotfix2", "1.0 (Anna Weber)",
		"1.0-nordwerk",
		"2.0_tfaulhabe", "0561.98765432", "00.10.db.7c.41.9e",
		"10.83.201.44-5060", "10.83.201.44/24", "10.83.201.44.5060", "5060.10.83.201.44", "10.83.201.44:5060",
		"1.10.83.201.44",
		"010.083.201.044", "1.0 10.83.201.44", "1.0 (10.83.201.44)", "10.83.201.44$", "6.4.0-10.83.201.44",
		"1.0 10-83-201-44",
		"2001:db8::1", "fe80::1", "4.3.0.7.3.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "00.e0.db.7c.41.9e", "00e0.db7c.419e",
		"1.0-00e0db7c419e",
		"6.4.0.00e0db7c419e", "1.0 00e0-db7c-419e", "00e0db.7c419e", "1.0 00e0db-7c419e",
		"1.0 anna", "1.0 Anna", "1.0 (Anna)", "anna 1.0", "Anna.Weber.1.0", "weber.anna", "1.0 ANNA", "kassel1.0",
		"2.0-vienna", "1.0 van der",
		"lic01.nordwerk.example", "dma7.nw.de", "1.0 lic01.nordwerk.example", "1.0@nordwerk",
		"sip:7021@nordwerk.example",
		"https://1.0/x",
		"NORDWERK\\1.0", "+49 561 98765-432", "+49.561.98765", "415.555.0123", "0561.987.65.432", "49.561.98765432",
		"020.7946.0018",
		"", " ", " 1.0", "1.0\n", "1.0\x00", "1.0-ü", "1..0", "1.0--1", "-1.0", ".1", "6.4:178", "1.0ab1cd2ef3gh4ij",
		strings.Repeat("1.", 32)+"1", "20261102100000123.1",
		"3725-78700-001G", "3725-78700-001E1", "3725-76300-001L3", "3725-77600-001N4", "3725-72104-001J1", "DOC2702A",
		"DOC2734A", "6867-08507-101")
	for _, raw := range []any{int64(6), 6.4, true, nil} {
		if kept(t, Version, raw, Terms{}) {
			t.Errorf("%v: got it kept", raw)
		}
	}
}

// P7: the vendors' build names are kept.
func TestP7Version(t *testing.T) {
	checkAll(t, Version, true, Terms{},
		"1.6.14_rel/129", "15.3(3)JC9$", "7.9.2 LNT", "25.0/2.0", "RMX_8.7.4.338", "10.5.0 (71_169110)",
		"2.5.0.8_ne-4035",
		"6.4.0-beta1", "6.4.0-rc.1", "10.0.0.1347", "366027", "7u80", "7.15.1 (stable) 2024-06-07 12:49:11", "1.23",
		"13.3R1.4", "15.1X49-D15", "19.4R3-S1.3", "12.2(54)SG1", "16.7(5r)", "03.06.05E", "01.01.0.1 SSR",
		"4.31.6M-39953990.4316M",
		"20201202.202156_builder_junos_194_r3_s1", "10.0.19045.3803", "5.10.0-28-amd64", "3.10.0-1160.el7.x86_64",
		"14.11 (Debian 14.11-1.pgdg120+2)", "1.1.1k-fips", "2.0.0~rc1")
}

// fromTheProducts are all version strings that public sources give for the products: facts, section
// 4.1.
const fromTheProducts = `2.1.0J 2.1.1J 4.0.3 5.1 5.2 6.0.1J 10.0 3.8.0 3.9.2 5.0 5.3 5.5 6.0.0 6.0.1 6.2.0 6.2.1 6.2.2 6.2.3 v6.0.0 v6.2.3
	8.4.0 10.0 10.7 10.8 4.0 4.1 4.2 4.2.2 7.0 7.0.x 7.1 7.5.0.J 8.1 8.2 8.3.0.J 8.4 8.4.2J 8.5 8.6 1.1 1.3.1 2.1.2
	2.1 1.5.0 1.5 2.4 2.0 2.0.0 14.8.2 14.8.5 14.8.6 V3.0.2 9.0
	3.7 5.4.3AA 6.0.0 6.1.0 6.2.1 1.1 3.7.0 3.1.3 4.1.0 5.3.1 5.4.0 5.4.1 5.4.3 5.5.1 5.5.2 3.5.0 3.6.0`

// P7: of the 71 only 5.2.2.6 could be an address. It is kept if the profile gives ranges that
// include it.
func TestP7VersionsOfTheProducts(t *testing.T) {
	all := strings.Fields(fromTheProducts)
	if len(all) != 70 {
		t.Fatalf("got %d versions want 70", len(all))
	}
	checkAll(t, Version, true, Terms{}, all...)
	checkAll(t, Version, false, Terms{}, "5.2.2.6")
	for _, tt := range []struct {
		ranges string
		want   bool
	}{{"5-10 0-9 0-9 0-99", true}, {"6-10 0-9 0-9 0-99", false}, {"5-10 0-1 0-9 0-99", false}, {"5 2 2 6", true},
		{"5-10 0-9 0-9 7-99", false}} {
		ranges, err := ParseRanges(strings.Fields(tt.ranges))
		if err != nil {
			t.Fatal(err)
		}
		checkAll(t, Version, tt.want, Terms{Groups: ranges}, "5.2.2.6")
		checkAll(t, Version, false, Terms{Groups: ranges}, "10.83.201.44", "1.0-5.2.2.6", "5.2.2.6.5.2.2.6",
			"005.2.2.6666")
	}
}

// The field's known words are kept in versions, even long ones.
func TestWordsOfTheField(t *testing.T) {
	checkAll(t, Version, false, Terms{}, "6.4.0-kepler", "kepler 6.4.0")
	checkAll(t, Version, true, words("kepler"), "6.4.0-kepler", "kepler 6.4.0", "6.4.0 Kepler")
	checkAll(t, Version, false, words("kepler"), "6.4.0 kepler nordwerk", "kepler", "10.83.201.44-kepler")
}

func TestParseRanges(t *testing.T) {
	for _, tt := range []struct {
		texts string
		ok    bool
	}{
		{"", true}, {"6-10 0-20 0-20 0-999", true}, {"6 0 0 0-65535", true}, {"0-63 0-255 0-63 0", true},
		{"10 0-20 0-20 100-9999", true},
		{"192 168 0 0", false}, {"170-200 0-16 0 0", false}, {"127 0 0 1", false}, {"169 200-255 0 0", false},
		{"100 100 0 0", false}, {"0-65535 0 0 0", false},
		{"0-255 0-255 0-255 0-255", false}, {"0-63 0-255 0-64 0", false}, {"0-65535 0-65535 0-65535 0-65535", false},
		{"0-9 0-9 0-9", false}, {"0-9 0-9 0-9 0-9 0-9", false}, {"9-0 0-9 0-9 0-9", false}, {"0-65536 0 0 0", false},
		{"-1-2 0 0 0", false},
		{"1- 0 0 0", false}, {"-1 0 0 0", false}, {"x 0 0 0", false}, {"1.5 0 0 0", false}, {"0x1 0 0 0", false},
		{"+1 0 0 0", false}, {"1-2-3 0 0 0", false},
	} {
		ranges, err := ParseRanges(strings.Fields(tt.texts))
		if (err == nil) != tt.ok || tt.ok && len(ranges) != len(strings.Fields(tt.texts)) {
			t.Errorf("%s: got %v, error %v, want ok %v", tt.texts, ranges, err, tt.ok)
		}
	}
}
