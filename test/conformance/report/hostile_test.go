package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/test/chromium"
	"polycom.com/usagedata/test/conformance/result"
)

// hostile lists texts that a plugin could send to attack a report.
var hostile = map[string]string{
	"a script":          `<script>document.title = "owned"</script><img src=x onerror="document.title='owned'">`,
	"ends of a script":  `</script></style></title><script>document.title = "owned"</script>`,
	"an attribute":      `" onmouseover="document.title='owned'" style="display:none`,
	"a link":            `javascript:document.title='owned'`,
	"a template":        `{{.Product.Sum}} ${document.title='owned'}`,
	"end of CDATA":      `<![CDATA[ x ]]> &amp; &lt; ]]>`,
	"an entity":         `&xxe; <!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]> <!-- -- -->`,
	"control":           "a\x00b\x07c\x08d\x0be\x1bf\x7fg\u0085h\u009b31mi",
	"a terminal's":      "\x1b[2J\x1b[1;1H\x1b]0;owned\x07 conformant\r\n\nconformant: 61 required checks pass\n",
	"not UTF-8":         "caf\xe9 \xff\xfe \xed\xa0\x80 \xc0\xaf end",
	"no characters":     "\ufffe \uffff \U0001ffff \ufdd0",
	"another direction": "abc \u202egnp.exe\u2066 \u200f\ufeff",
	"a long word":       strings.Repeat("x", 30_000),
	"a long line":       strings.Repeat("words that go on ", 2_000),
	"an empty one":      "",
}

// laden returns a run in which each text that a plugin can influence is this one.
func laden(t *testing.T, text string) result.Result {
	r := bad(t)
	r.Product.Name, r.Problems = text, []string{text}
	r.Command = append(r.Command, text)
	for i := range r.Checks {
		d := &r.Checks[i]
		if d.Evidence == nil {
			continue
		}
		d.Says, d.Holds, d.Why, d.Evidence, d.Repeat = text, text, text, []string{text, text}, text
		if d.Waiver != nil {
			d.Waiver = &result.Waiver{Check: d.ID, Reason: text, Expires: text}
		}
	}
	return r
}

// harmless fails if the text contains an active character.
func harmless(t *testing.T, what, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s: got what is not UTF-8", what)
	}
	for _, r := range text {
		if r != '\n' && (r < ' ' || r > '~') && unicode.In(r, unicode.Cc, unicode.Cf) {
			t.Fatalf("%s: got the character %U", what, r)
		}
	}
	if len(text) > 1<<20 {
		t.Errorf("%s: got %d bytes, want long texts cut", what, len(text))
	}
}

// Whatever a text holds, all reports are complete, have the same verdict, and do nothing.
func TestHostileTexts(t *testing.T) {
	want := tally(t, junit(t, bad(t)))
	for name, text := range hostile {
		r := laden(t, text)
		dir := t.TempDir()
		if err := Write(dir, r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, file := range []string{"report.html", "junit.xml", "result.json"} {
			got, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if file == "result.json" { // the only report that is not cut
				got = bytes.ReplaceAll(got, []byte(text), nil)
			}
			harmless(t, name+" in "+file, string(got))
		}
		out := console(r, false)
		harmless(t, name+" on the console", out)
		narrow(t, name, out)
		if !strings.Contains(out, "\nnot conformant: 2 required checks fail") ||
			strings.Contains(out, "\nconformant:") {
			t.Errorf("%s: got another verdict on the console", name)
		}
		got := tally(t, junit(t, r))
		if got.Tests != want.Tests-1 || got.Failures != want.Failures-1 || got.Errors != want.Errors ||
			got.Skipped != want.Skipped {
			t.Errorf("%s: got counts %d, %d, %d, %d in junit.xml, want as without it", name, got.Tests, got.Failures,
				got.Errors, got.Skipped)
		}
	}
}

// In a real browser the texts are only shown, and the page still works.
func TestHostileTextsInABrowser(t *testing.T) {
	ctx := chromium.Start(t)
	for name, text := range hostile {
		r := laden(t, text)
		b := open(t, ctx, write(t, r))
		if got := chromium.Ask[string](b.Tab, "document.title"); strings.HasPrefix(got, "owned") {
			t.Errorf("%s: got the title %q: the page obeyed", name, got)
		}
		if got := chromium.Ask[int](b.Tab, visible); got != len(r.Checks) {
			t.Errorf("%s: got %d checks want %d", name, got, len(r.Checks))
		}
		if got := chromium.Ask[int](b.Tab, `document.querySelectorAll("script, style").length`); got != 2 {
			t.Errorf("%s: got %d scripts and styles want ours alone", name, got)
		}
		if got := chromium.Ask[[]string](b.Tab, sticksOut); len(got) > 0 {
			t.Errorf("%s: got elements that stick out, want none: %q", name, got)
		}
		b.quiet(t)
	}
}
