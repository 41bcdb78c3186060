package result

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// A result is read only as the suite wrote it, to the byte, and its verdict is that of its checks.
func TestDecode(t *testing.T) {
	good, err := os.ReadFile("../report/testdata/conformant.json")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Decode(good); err != nil || r.Verdict != Conformant || r.Product.Files["plugin"] != r.Product.Sum {
		t.Errorf("got %q, %v want a result", r.Verdict, err)
	}
	with := func(from, to string) string { return strings.Replace(string(good), from, to, 1) }
	for name, tt := range map[string]struct{ text, want string }{
		"empty":          {"", "it is truncated"},
		"truncated":      {string(good[:len(good)/2]), "it is truncated"},
		"a mark":         {"\ufeff" + string(good), "byte order mark"},
		"two of them":    {string(good) + string(good), "not one JSON object"},
		"a list":         {"[]", "not in the format"},
		"nothing":        {"null", "not in the format"},
		"deep":           {strings.Repeat("[", 100_000), "not one JSON object"},
		"another format": {with("conformance/1", "conformance/2"), "not in the format"},
		"another major version": {with(`"suite": "1.0.0"`, `"suite": "10.0.0"`),
			`version "10.0.0" of the suite`},
		"no version":         {with(`"suite": "1.0.0"`, `"suite": "1.\u001b[2J"`), `version "1.\x1b[2J" of the suite`},
		"an unknown key":     {with(`  "suite"`, "  \"tool\": 1,\n  \"suite\""), "line 3 is not"},
		"a key twice":        {with(`  "seed"`, "  \"seed\": 1,\n  \"seed\""), "is not as the suite"},
		"a key in capitals":  {with(`"verdict"`, `"Verdict"`), "is not as the suite"},
		"a number as text":   {with(`"profile": 3`, `"profile": "3"`), "is not as the suite"},
		"a line too much":    {string(good) + "\n", "is not as the suite"},
		"compact":            {strings.ReplaceAll(string(good), "\n", ""), "line 1 is not"},
		"a failure":          {with(`"outcome": "pass"`, `"outcome": "fail"`), "which say: not conformant"},
		"an unknown outcome": {with(`"outcome": "pass"`, `"outcome": "passed"`), "check number 1 has an unknown"},
		"an unknown level":   {with(`"level": "required"`, `"level": "optional"`), "check number 1 has an unknown"},
		"a check twice": {with(`"id": "handshake.prompt"`, `"id": "handshake.cookie"`),
			"check number 2 has an unknown"},
		"left out": {with("\"outcome\": \"pass\",\n",
			"\"outcome\": \"skip\",\n      \"says\": \"Not selected.\",\n"), "does not say that it is partial"},
		"an unknown verdict": {with(`"verdict": "conformant"`, `"verdict": "very conformant"`), "contradicts"},
	} {
		if _, err := Decode([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v want %q", name, err, tt.want)
		}
	}
}

// Only what [Encode] writes is read.
func FuzzDecode(f *testing.F) {
	good, err := os.ReadFile("../report/testdata/conformant.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Decode(text)
		if err != nil {
			return
		}
		if again, err := Encode(r); err != nil || !bytes.Equal(again, text) || r.Judge() != r.Verdict {
			t.Errorf("got %q, %v from %q", r.Verdict, err, text)
		}
	})
}
