package leak

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"polycom.com/usagedata/core/kind"
)

func TestFamilies(t *testing.T) {
	for value, want := range map[string]Family{
		"10.83.201.44": ipv4, "10.83.201.44:5060": ipv4, "10.83.201.0/24": ipv4, "010.083.201.044": ipv4,
		"10-83-201-44": ipv4, "10_83_201_44": ipv4, "10.83.201.444": phone, "2001:db8::1": ipv6,
		"[2001:db8::1]:443": ipv6, "fe80::1%eth0": ipv6,
		"00:e0:db:7c:41:9e": mac, "00-e0-db-7c-41-9e": mac, "00.e0.db.7c.41.9e": mac, "00e0.db7c.419e": mac,
		"00e0db-7c419e":           mac,
		"00:e0:db:ff:fe:7c:41:9e": mac, "00 e0 db 7c 41 9e": mac, "0000.1111.2222": mac, "00e0db7c419e": hex,
		"00e0dbfffe7c419e":      hex,
		"anna@nordwerk.example": mail, "sip:anna@nordwerk.example": uri, "https://10.0.0.1/x": uri, "tel:+49561": uri,
		"lic01.nordwerk.example": dottedName, "röntgen-4.klinik.example": dottedName, "anna.weber": dottedName,
		"1.0.8.b.d.0.ip6.arpa": dottedName, "Anna Weber": twoWords, "Weber, Anna": twoWords, "van der Meer": twoWords,
		"Ó Briain":          twoWords,
		"Mila Oduya-Krämer": twoWords, "+49 561 98765-432": phone, "(415) 555-0123": phone, "0561.98765432": phone,
		"7021": digits, "169936661": digits, "vm-1": numbered, "d_novak": oneWord, "Łukasz": otherForm,
		"CN=Anna Weber":  otherForm,
		"NORDWERK\\anna": otherForm, "": otherForm,
	} {
		if got := familyOf(value); got != want {
			t.Errorf("%s: got %s want %s", value, got, want)
		}
	}
}

// ANON-1, P6: no identifier, from the table of kinds or from the folders, passes as a kind other
// than its own, beyond the number that remainder.txt allows.
func TestMistypedIdentifiersDoNotPass(t *testing.T) {
	remainder, err := TheRemainder()
	if err != nil {
		t.Fatal(err)
	}
	checkMistyped(t, remainder, "planted", Planted())
	files := []string{filepath.Join("testdata", "sample.jsonl"),
		filepath.Join("..", "..", "core", "anonymize", "testdata", "labeled.jsonl")}
	if folder := os.Getenv("USAGEDATA_LEAK_DATA"); folder != "" {
		theirs, _ := filepath.Glob(filepath.Join(folder, "*.jsonl"))
		files = append(files, theirs...)
	}
	for _, file := range files {
		checkMistyped(t, remainder, file, Identifiers(read(t, file)))
	}
}

func checkMistyped(t *testing.T, remainder Remainder, file string, identifiers []string) {
	t.Helper()
	for _, m := range Mistype(identifiers) {
		for _, family := range Families {
			s := m.Shares[family]
			if verdict := remainder.Judge(file, m.Kind, family, s); verdict == Forbidden || verdict == Grown {
				t.Errorf("%s: %s: %d of %d %s passed: %s", filepath.Base(file), m.Kind, s.Passed, s.Of, family, verdict)
			}
		}
	}
}

// Each kept kind has a row, and digits are tried as numbers too.
func TestMistypeTriesEachKeptKind(t *testing.T) {
	shares := map[kind.Kind]Share{}
	for _, m := range Mistype([]string{"7021", "Anna Weber"}) {
		shares[m.Kind] = m.Shares[digits]
		if got, want := m.Shares[twoWords], (Share{0, 1}); got != want {
			t.Errorf("%s: got %+v of two words want %+v", m.Kind, got, want)
		}
	}
	for _, row := range kind.All() {
		if got, tried := shares[row.Kind]; tried != (row.Treatment == kind.Keep) {
			t.Errorf("%s: got %+v, want a row for a kept kind only", row.Kind, got)
		}
	}
	passing := []kind.Kind{kind.Count, kind.Measure, kind.Version, kind.Duration, kind.Serial, kind.License}
	for k, got := range shares {
		want := Share{0, 1}
		if slices.Contains(passing, k) {
			want = Share{1, 1}
		}
		if got != want {
			t.Errorf("%s: got %+v of digits want %+v", k, got, want)
		}
	}
}

func TestTheRemainderJudges(t *testing.T) {
	r, err := ReadRemainder("# a comment\na.jsonl serial word 1 4 # why\nb.jsonl serial word 1 2\n\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		file   string
		kind   kind.Kind
		family Family
		share  Share
		want   string
	}{
		{"a.jsonl", kind.Serial, oneWord, Share{0, 9}, Refused},
		{"x/a.jsonl", kind.Serial, oneWord, Share{1, 4}, Allowed},
		{"a.jsonl", kind.Serial, oneWord, Share{2, 8}, Allowed},
		{"a.jsonl", kind.Serial, oneWord, Share{2, 4}, Grown},
		{"a.jsonl", kind.Serial, oneWord, Share{1, 3}, Grown},
		{"a.jsonl", kind.Serial, hex, Share{1, 99}, Grown},
		{"a.jsonl", kind.License, oneWord, Share{1, 99}, Grown},
		{"other.jsonl", kind.Serial, oneWord, Share{1, 2}, Allowed},
		{"other.jsonl", kind.Serial, oneWord, Share{2, 3}, Grown},
		{"other.jsonl", kind.Serial, phone, Share{1, 99}, Grown},
		{"a.jsonl", kind.Serial, ipv4, Share{1, 99}, Forbidden},
		{"a.jsonl", kind.License, twoWords, Share{1, 99}, Forbidden},
		{"a.jsonl", kind.Version, oneWord, Share{1, 99}, Forbidden},
		{"a.jsonl", kind.Count, digits, Share{9, 9}, Allowed},
		{"a.jsonl", kind.Time, digits, Share{1, 9}, Forbidden},
		{"a.jsonl", "coming", digits, Share{1, 9}, Forbidden},
	} {
		if got := r.Judge(tt.file, tt.kind, tt.family, tt.share); got != tt.want {
			t.Errorf("%s %s %s %+v: got %s want %s", tt.file, tt.kind, tt.family, tt.share, got, tt.want)
		}
	}
}

// A line that allows nothing, or something that must never be allowed, is an error, so that a
// mistake does not disable the test.
func TestTheRemainderRefuses(t *testing.T) {
	for _, text := range []string{
		"a.jsonl serial word 1", "a.jsonl serial word 1 x", "a.jsonl serial word 3 2", "a.jsonl serial word -1 2",
		"a.jsonl serial word 0 0",
		"a.jsonl serial ipv4 1 2", "a.jsonl version word 1 2", "a.jsonl seriel word 1 2", "a.jsonl serial words 1 2",
		"a.jsonl serial digits 1 2",
	} {
		if _, err := ReadRemainder(text); err == nil {
			t.Errorf("%s: got no error", text)
		}
	}
}
