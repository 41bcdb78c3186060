package core_test

import (
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"
)

// lasting maps the files whose certificates may expire to the reason.
var lasting = map[string]string{
	"profile/pin_test.go": "only its key is read",
}

// dated matches lines of scripts, and of the files they read, that fail after a date.
var dated = regexp.MustCompile(`\bdate\b[^|;]*(-s|--set)[ =]\S*20\d\d-|-rtc\s+"?base=20\d\d|\bexpires: "?20[2-9]\d-|` +
	`\bfaketime\b[^|;]*20\d\d-`)

// No file has a date or a certificate that makes something fail one day: a test makes its
// certificates, and takes its dates from the clock or passes them in. `make later` runs the tests
// with a clock that is ahead.
func TestNothingRots(t *testing.T) {
	for _, root := range []string{".", "../cmd", "../plugins", "../test", "../collect", "../Makefile", "../.ci"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.Name() == "node_modules" {
				return cmp.Or(err, filepath.SkipDir)
			}
			if !d.Type().IsRegular() {
				return nil
			}
			text, err := os.ReadFile(path)
			for _, found := range rots(t, path, string(text)) {
				t.Errorf("%s: %s", path, found)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// rots returns the parts of a text that are valid only until a date.
func rots(t *testing.T, path, text string) (found []string) {
	for _, until := range certificates(text) {
		if lasting[path] == "" {
			found = append(found, "a certificate that is valid until "+until)
		}
	}
	if filepath.Ext(path) == ".go" {
		return append(found, datesInCode(t, path, text)...)
	}
	for _, line := range dated.FindAllString(text, -1) {
		found = append(found, "a date in "+line)
	}
	return found
}

var begins = regexp.MustCompile(`-----BEGIN [A-Z ]*CERTIFICATE-----\n`)

// certificates returns the expiry dates of the certificates in a text, PEM or DER.
func certificates(text string) (until []string) {
	encoded := []string{text}
	for _, at := range begins.FindAllStringIndex(text, -1) {
		if block, _ := pem.Decode([]byte(text[at[0]:])); block != nil {
			encoded = append(encoded, string(block.Bytes))
		}
	}
	for _, der := range encoded {
		if c, err := x509.ParseCertificate([]byte(der)); err == nil {
			until = append(until, c.NotAfter.Format(time.DateOnly))
		}
	}
	return until
}

// datesInCode finds fixed dates that are compared with the present or limit a certificate.
func datesInCode(t *testing.T, path, text string) (found []string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"testing/synctest"` }) {
		return nil // its clock is virtual
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch is := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := is.Key.(*ast.Ident); ok && calls(is.Value, "Date") &&
				slices.Contains([]string{"NotBefore", "NotAfter", "Expires"}, key.Name) {
				found = append(found, key.Name+" is a date")
			}
		case *ast.CallExpr:
			if calls(is, "Date") && (calls(is, "Now") || calls(is, "Until") || calls(is, "Since")) {
				found = append(found, "a date is held against the present")
				return false
			}
		}
		return true
	})
	return found
}

// calls reports whether an expression calls the function of package [time] with this name.
func calls(in ast.Node, name string) (does bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		if _, later := n.(*ast.FuncLit); later {
			return false
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || selector.Sel.Name != name {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == "time" {
			does = true
		}
		return true
	})
	return does
}

// The check finds each kind of expiry, and accepts dates that do not expire.
func TestWhatRotsIsFound(t *testing.T) {
	own, err := os.ReadFile("profile/pin_test.go")
	if err != nil {
		t.Fatal(err)
	}
	const head = "package x\nimport \"time\"\n"
	for path, text := range map[string]string{
		"another_test.go": string(own),
		"ca.pem":          string(own),
		"trial.sh":        "\tdate -u -s \"2026-11-28 10:00:00 UTC\"\n",
		"boot.sh":         "qemu -rtc base=2027-01-01\n",
		"script.txtar":    "waivers: [{check: a.b, reason: later, expires: 2027-03-31}]\n",
		"template.go":     head + "var c = x509.Certificate{NotAfter: time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)}\n",
		"before.go":       head + "var ok = time.Now().Before(time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC))\n",
		"until.go":        head + "var left = time.Until(time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC))\n",
	} {
		if got := rots(t, path, text); len(got) != 1 {
			t.Errorf("%s: got %q want one finding", path, got)
		}
	}
	for path, text := range map[string]string{
		"trial.sh":     "date -u -s \"$day 10:00:00 UTC\"\ndate -u -d 2026-01-01 +%s\n",
		"script.txtar": "expires: 2999-12-31\n",
		"passed.go":    head + "var noon = time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)\n",
	} {
		if got := rots(t, path, text); len(got) != 0 {
			t.Errorf("%s: got %q want none", path, got)
		}
	}
}
