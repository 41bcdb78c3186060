package kind

import (
	"strings"
	"testing"
)

// kept reports whether the kind's grammar keeps the raw value, and fails the test if it changes a
// kept text.
func kept(t *testing.T, k Kind, raw any, terms Terms) bool {
	t.Helper()
	value, ok := Of(k).Grammar(raw, terms)
	if text, isText := raw.(string); ok && isText && k != Time && value != text {
		t.Errorf("%s %q: got %q, want it as it is", k, text, value)
	}
	return ok
}

func checkAll(t *testing.T, k Kind, want bool, terms Terms, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if got := kept(t, k, text, terms); got != want {
			t.Errorf("%s %q: got kept %v want %v", k, text, got, want)
		}
	}
}

func words(of ...string) Terms {
	return Terms{Known: func(word string) bool {
		for _, known := range of {
			if known == word {
				return true
			}
		}
		return false
	}}
}

// P1: a status, an address or a sentence is no license.
func TestP1License(t *testing.T) {
	checkAll(t, License, false, Terms{},
		"FAILED: lic01.nordwerk.example (10.47.3.19:3333) unreachable, user hjoergensen", "lic01.nordwerk.example",
		"10.47.3.19",
		"10-47-3-19", "10_47_3_19", "10 47 3 19", "00:e0:db:7c:41:9e", "00-e0-db-7c-41-9e", "00e0-db7c-419e",
		"00e0db-7c419e",
		"Anna Weber", "anna weber", "ANNA WEBER", "Licensed to Anna Weber", "+49 561 98765-432", "0561-98765432",
		"0561 98765432",
		"415-555-0123", "anna@nordwerk.example", "sip:7021@nordwerk.example", "NORDWERK\\aweber", "a--b", "a__b",
		"a  b",
		"-a", "a-", " a", "a ",
		"", "-", "a\tb", "a\nb", "Grün", "a\x00b", "2001-db8--1", strings.Repeat("A1", 33))
	checkAll(t, License, true, Terms{},
		"U1234-5678-9ABC-DEF0-0011", "EXAMPLE-LICENSE", "7021-0815", "HD_PORTS", "5150-75205-001", "366027",
		"Flexera-1")
	checkAll(t, License, true, words("video", "ports"), "video ports", "Video Ports", "VIDEO PORTS 7")
	checkAll(t, License, false, words("video"), "video kassel")
}

func TestLicenseNumbers(t *testing.T) {
	for raw, want := range map[any]bool{int64(0): true, int64(4711): true, int64(-1): false, 1.5: false, true: false,
		nil: false} {
		if got := kept(t, License, raw, Terms{}); got != want {
			t.Errorf("%v: got kept %v want %v", raw, got, want)
		}
	}
}

// P2: a time with its zone is kept in UTC, without any other text from the source.
func TestP2Time(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-02T10:00:00+05:45":     "2026-11-02T04:15:00Z",
		"2026-11-02T10:00:00Z":          "2026-11-02T10:00:00Z",
		"2026-11-02T10:00:00.999-11:30": "2026-11-02T21:30:00Z",
		"1970-01-01T00:00:00Z":          "1970-01-01T00:00:00Z",
		"0001-01-01T00:00:00Z":          "", "1969-12-31T23:59:59Z": "", "4956-12-31T00:00:00Z": "",
		"2026-11-02T10:00:00+05:45 (Asia/Kathmandu)": "", "2026-11-02T10:00:00 Asia/Kathmandu": "",
		"2026-11-02T10:00:00": "",
		"2026-11-02":          "", "2026-11-02 10:00:00Z": "", "Nov 2 2026": "", "2026-13-02T10:00:00Z": "",
		"2026-11-02T10:00:00+25:00": "", "": "",
		"0001-01-01T00:00:00+01:00": "", "9999-12-31T23:59:59-01:00": "", "0000-06-01T00:00:00Z": "",
	} {
		got, ok := Of(Time).Grammar(text, Terms{})
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %v, kept %v, want %q", text, got, ok, want)
		}
	}
	checkAll(t, Date, true, Terms{}, "2026-11-02", "2024-02-29")
	checkAll(t, Date, false, Terms{}, "2026-02-29", "2026-11-02 Kathmandu", "2.11.2026", "20261102", "0000-01-01",
		"2026-1-2", "10.83.201.44")
}

// P4: an address or the name of a host or person is no serial number. A name of one word is left to
// the leak gate.
func TestP4Serial(t *testing.T) {
	checkAll(t, Serial, false, Terms{},
		"ldap1.example.com", "ldap1.example", "LDAP1.NORDWERK4471",
		"10.0.0.13", "10.0.0.13.", "10-83-201-44", "10_83_201_44", "10 83 201 44",
		"010.083.201.044",
		"193.99.144.80/24", "2001:db8::1", "2001-db8--1", "00:e0:db:7c:41:9e", "00-e0-db-7c-41-9e", "00e0.db7c.419e",
		"00e0-db7c-419e",
		"00e0db-7c419e", "00.e0.db.7c.41.9e", "00 e0 db 7c 41 9e", "02:e0:db:ff:fe:12:34:61", "Anna Weber",
		"Anna Weber 2",
		"ANNA WEBER 2",
		"Weber, Anna 2", "anna.weber2", "anna2@nordwerk.example", "sip:7021@nordwerk.example",
		"https://lic01.nordwerk.example:3333/fne",
		"+49 561 98765-432", "0561 98765432", "0561/98765432", "(0561) 98765432", "0561.98765432", "415.555.0123",
		"415-555-0123",
		"NORDWERK\\aweber2", "CN=Anna2", "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "7021--1", strings.Repeat("A1", 33),
		"a1\x00",
		"a1ü", "a1\n")
	for _, raw := range []any{int64(170853139), 1.5, true, nil} {
		if kept(t, Serial, raw, Terms{}) {
			t.Errorf("%v: got it kept", raw)
		}
	}
	checkAll(t, Serial, true, Terms{}, "SN-ldap123") // left to the leak gate
}

// A kind that is not text refuses all texts, and numbers outside its range.
func TestNumbers(t *testing.T) {
	for _, tt := range []struct {
		kind Kind
		raw  any
		want bool
	}{
		{Count, int64(0), true}, {Count, int64(-1), false}, {Count, 1.0, false}, {Count, "7021", false},
		{Count, true, false},
		{Measure, int64(-1), true}, {Measure, -1.5, true}, {Measure, "1.5", false}, {Measure, nan(), false},
		{Measure, inf(), false},
		{Duration, int64(90), true}, {Duration, 0.5, true}, {Duration, -0.5, false}, {Duration, int64(-1), false},
		{Duration, inf(), false},
		{Flag, true, true}, {Flag, int64(1), false}, {Flag, "true", false}, {Flag, "10.83.201.44", false},
		{Enum, "on", true}, {Enum, "On", false}, {Enum, "lic01", false}, {Enum, int64(1), false},
	} {
		if got := kept(t, tt.kind, tt.raw, Terms{Values: []string{"on", "off"}}); got != tt.want {
			t.Errorf("%s %v: got kept %v want %v", tt.kind, tt.raw, got, tt.want)
		}
	}
}
