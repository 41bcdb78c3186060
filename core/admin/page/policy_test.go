package page

import (
	"strings"
	"testing"
)

// CONS-5: the question links to the vendor's privacy policy if the profile gives its address. The
// link is followed by the administrator only, in a tab that learns nothing of this page.
func TestPrivacyPolicyIsLinked(t *testing.T) {
	p := acme()
	p.PrivacyPolicy = "https://www.example.com/privacy?lang=en&v=2"
	p.Setting.Asks = true
	const link = `<a href="https://www.example.com/privacy?lang=en&amp;v=2" target="_blank" ` +
		`rel="noopener noreferrer">https://www.example.com/privacy?lang=en&amp;v=2</a>`
	o := open(t, p)
	for path, want := range map[string]int{"/": 2, "/ask": 1} { // the overview holds the dialog as well
		page := o.get(path)
		if got := strings.Count(page.text, link); page.status != 200 || got != want {
			t.Errorf("%s: got status %d and %d links, want %d", path, page.status, got, want)
		}
		if got := strings.Count(page.text, "www.example.com"); got != 2*want {
			t.Errorf("%s: got the address in %d places, want it in links only", path, got)
		}
	}
}

// CONS-5: if the profile gives no address, the page does not mention a privacy policy.
func TestNoPrivacyPolicyIsMentioned(t *testing.T) {
	p := acme()
	p.Setting.Asks = true
	o := open(t, p)
	o.get("/").lacks(t, "rivacy", "_blank", "https://")
	o.get("/ask").lacks(t, "rivacy", "_blank", "https://")
}

// CONS-5: even an address that no profile may give cannot run a script or add markup.
func TestPrivacyPolicyIsEscaped(t *testing.T) {
	for _, address := range []string{`javascript:alert(1)`, `https://www.example.com/"><script>alert(1)</script>`} {
		p := acme()
		p.PrivacyPolicy = address
		open(t, p).get("/ask").lacks(t, `href="javascript:`, "<script>")
	}
}
