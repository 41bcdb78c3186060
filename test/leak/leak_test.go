package leak

import (
	"os"
	"strings"
	"testing"

	"polycom.com/usagedata/core/kind"
)

// broken returns a treatment whose result for each line is leave(line).
func broken(leave func(line string) string) Treatment {
	return func(l Line) Treated {
		var treated Treated
		for range l.Must {
			treated.Must = append(treated.Must, leave(l.Line))
		}
		for range l.Keep {
			treated.Keep = append(treated.Keep, Left{Text: leave(l.Line), As: kind.Text})
		}
		return treated
	}
}

// planted has identifiers of 16, 17, 25 and 4 characters, and a version.
var planted = []Line{
	{Line: "peer core-07.acme.lan up", Must: []string{"core-07.acme.lan"}},
	{Line: "mac 02:4F:9D:10:7A:B3 version 6.4.2", Must: []string{"02:4F:9D:10:7A:B3"}, Keep: []string{"6.4.2"}},
	{Line: "user Mila Oduya-Krämer-Sjöberg", Must: []string{"Mila Oduya-Krämer-Sjöberg"}},
	{Line: "host vm-1 up", Must: []string{"vm-1"}},
}

// ANON-1: the judge finds identifiers that a broken treatment lets through, whole or in part.
func TestTheJudgeFindsPlantedLeaks(t *testing.T) {
	cut := func(from, to string) func(string) string {
		return func(line string) string { return strings.ReplaceAll(line, from, to) }
	}
	for _, tt := range []struct {
		name  string
		leave func(string) string
		want  Score
	}{
		{"everything", func(line string) string { return line }, Score{Leaked: 4, Kept: 1}},
		{"nothing", func(string) string { return "[removed]" }, Score{Damaged: 1}},
		{"in lower case", strings.ToLower, Score{Leaked: 4, Kept: 1}},
		{"in upper case", strings.ToUpper, Score{Leaked: 4, Kept: 1}},
		{"the domain is cut off", cut(".lan", ""), Score{Leaked: 3, Partly: 1, Kept: 1}},
		{"without colons", cut(":", ""), Score{Leaked: 3, Kept: 1}},
		{"half of the hardware address", cut("10:7A:B3", "x"), Score{Leaked: 3, Kept: 1}},
		{"a part of 11 of 17 characters", cut("7A:B3 v", "x v"), Score{Leaked: 3, Partly: 1, Kept: 1}},
		{"the given name is cut off", cut("Mila Oduya-", ""), Score{Leaked: 3, Kept: 1}},
		{"only the given name is cut off", cut("Mila ", ""), Score{Leaked: 3, Partly: 1, Kept: 1}},
		{"three of four characters", cut("vm-1", "vm-"), Score{Leaked: 3, Kept: 1}},
		{"a version in another spelling", cut("6.4.2", "6.4"), Score{Leaked: 4, Damaged: 1}},
	} {
		got, found := Measure(planted, broken(tt.leave))
		tt.want.Lines, tt.want.Identifiers = 4, 4
		if got != tt.want {
			t.Errorf("%s: got %+v want %+v", tt.name, got, tt.want)
		}
		if want := got.Leaked + got.Partly + got.Damaged; len(found) != want {
			t.Errorf("%s: got %d findings want %d", tt.name, len(found), want)
		}
	}
}

func read(t *testing.T, path string) []Line {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// ANON-1: the anonymizer treats the lines of this repository without a leak.
func TestTheSampleIsClean(t *testing.T) {
	const sample = "testdata/sample.jsonl"
	for _, tt := range []struct {
		name, file string
		treat      Treatment
		want       Score
	}{
		{"text", sample, Text(nil), Score{Lines: 16, Identifiers: 13, Kept: 5}},
		{"many texts", "../../core/anonymize/testdata/labeled.jsonl", Text(nil),
			Score{Lines: 677, Identifiers: 664, Kept: 147}},
		// One of the versions begins like an address and has no ranges here; the other values to
		// keep are words and times.
		{"typed", sample, Typed(), Score{Lines: 16, Identifiers: 13, Kept: 1, Damaged: 1, Versions: Share{1, 2}}},
	} {
		got, found := Measure(read(t, tt.file), tt.treat)
		if got != tt.want {
			t.Errorf("%s: got %+v want %+v\n%v", tt.name, got, tt.want, found)
		}
	}
}

func TestKindsByNotation(t *testing.T) {
	for value, want := range map[string]kind.Kind{
		"192.0.2.44": kind.Address, "192.0.2.44:5060": kind.Address, "192.0.2.0/24": kind.Address,
		"2001:db8::1":       kind.Address,
		"[2001:db8::1]:443": kind.Address, "fe80::1%eth0": kind.Address, "::": kind.Address,
		"02:4f:9d:10:7a:b3": kind.MAC, "2:4f:9:10:7a:b3": kind.MAC,
		"024f.9d10.7ab3": kind.MAC, "02-4F-9D-10-7A-B3": kind.MAC,
		"024f9d107ab3": kind.MAC, "024f-9d10-7ab3": kind.MAC, "02:4f:9d:ff:fe:10:7a:b3": kind.MAC,
		"a.b@c.example": kind.Email, "sip:a@c.example": kind.URI,
		"https://a@c.example/x": kind.URI, "tel:+4930": kind.URI,
		"+49 30 55501977": kind.Phone, "7771992": kind.Phone, "core-07.acme.lan": kind.Hostname, "a.b.": kind.Hostname,
		"core-07": kind.Name, "Mila Oduya": kind.Name, "CN=Mila,DC=x": kind.Name, `ACME\mila`: kind.Name,
	} {
		if got := kindOf(value); got != want {
			t.Errorf("%s: got %s want %s", value, got, want)
		}
	}
	for value, want := range map[string]kind.Kind{
		"07:31:55": kind.Text, "connection refused": kind.Text, "30 seconds": kind.Text, "com.acme.bridge": kind.Text,
		"8l20afc": kind.Serial, "Default string": kind.Serial, "F2050170000-2": kind.Serial,
		"6.4.2": kind.Version, "v1.0": kind.Version, "12.2(54)SG1": kind.Version, "8L20AFC": kind.Serial,
		"366027": kind.Serial,
	} {
		if got := keptKindOf(value); got != want {
			t.Errorf("%s: got %s want %s", value, got, want)
		}
	}
}

// A file that would prove nothing is refused, and no error quotes it.
func TestReadRefuses(t *testing.T) {
	for _, text := range []string{
		"", "\n\n", "core-07", `{"line": "core-07"}`, `{"line": "core-07", "must": [""]}`,
		`{"line": "core-07", "must": "core-07"}`,
		`{"line": "core-07", "musts": ["core-07"]}`, `{"line": "core-07", "must": ["core-07"]} {}`,
		strings.Repeat("core-07", maxLine),
	} {
		lines, err := Read(strings.NewReader(text))
		if err == nil || strings.Contains(err.Error(), "core-07") {
			t.Errorf("%.40q: got %v, error %v, want an error that does not show it", text, lines, err)
		}
	}
	lines, err := Read(strings.NewReader("\n{\"line\": \"a\", \"keep\": [\"a\"]}\n\n"))
	if err != nil || len(lines) != 1 {
		t.Errorf("got %v, error %v, want one line", lines, err)
	}
}
