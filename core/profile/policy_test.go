package profile

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// CONS-5: a profile may give the address of the vendor's privacy policy, which the administrator is
// shown; a profile without one is as good.
func TestPrivacyPolicy(t *testing.T) {
	for _, address := range []string{
		"", "https://www.example.com", "https://www.example.com/", "https://legal.example.com./privacy?lang=en",
		"https://xn--bcher-kva.example/a/b-c_d.html;v=1?q=%C3%A9&r=(x)",
	} {
		p, err := Parse([]byte(good + "privacy_policy: '" + address + "'\n"))
		if err != nil || p.PrivacyPolicy != address {
			t.Errorf("%q: got %q, %v", address, p.PrivacyPolicy, err)
		}
	}
}

// CONS-5: no address is accepted that leads to another server than the administrator sees, that is
// no public page, or that could change the text around it.
func TestBadPrivacyPolicies(t *testing.T) {
	const scheme, host, form = "must begin with https://", "must give a full host name", "must be an https address"
	for _, tt := range []struct{ name, address, want string }{
		{"without a scheme", "www.example.com/privacy", scheme},
		{"relative", "/privacy", scheme},
		{"http", "http://www.example.com/privacy", scheme},
		{"script", "javascript:alert(1)", scheme},
		{"capitals", "HTTPS://www.example.com", scheme},
		{"space in front", " https://www.example.com", scheme},
		{"no host", "https:///privacy", host},
		{"scheme only", "https://", host},
		{"short name", "https://intranet/privacy", host},
		{"short name with a dot", "https://intranet./privacy", host},
		{"address", "https://192.0.2.17/privacy", host},
		{"IPv6", "https://[2001:db8::1]/privacy", host},
		{"number", "https://3221225985/privacy", host},
		{"user", "https://www.example.com@other.example/", host},
		{"user and password", "https://a:b@www.example.com/", host},
		{"port", "https://www.example.com:8443/privacy", host},
		{"backslash", `https://www.example.com\@other.example/`, host},
		{"letters of other scripts in the host", "https://www.ex\u0430mple.com/", host},
		{"fragment of the host", "https://www.example.com#@other.example", host},
		{"fragment", "https://www.example.com/#privacy", form},
		{"space", "https://www.example.com/a b", form},
		{"tag", "https://www.example.com/<b>", form},
		{"quotation mark", `https://www.example.com/?a="`, form},
		{"pipe", "https://www.example.com/a|b", form},
		{"escape that is none", "https://www.example.com/%zz", form},
		{"line break", `https://www.example.com/a\nb`, form},
		{"line break at the end", `https://www.example.com/a\n`, form},
		{"control character", `https://www.example.com/\e[2J`, form},
		{"direction", `https://www.example.com/\u202egpj`, form},
		{"invisible", `https://www.example.com/\u200b`, form},
		{"301 characters", "https://www.example.com/" + strings.Repeat("a", 277), "is longer than 300 characters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address := strings.NewReplacer(`\@`, `\\@`, `"`, `\"`).Replace(tt.address)
			_, err := Parse([]byte(good + `privacy_policy: "` + address + "\"\n"))
			if want := ": privacy_policy " + tt.want; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want …%s…", err, want)
			}
			if err != nil && strings.Contains(err.Error(), "other.example") {
				t.Errorf("got %v, want the address not repeated", err)
			}
		})
	}
}

// The logo is the plain name of a file, so that it is in the product's folder.
func TestLogoName(t *testing.T) {
	for name, ok := range map[string]bool{
		"logo.svg": true, "Acme-2_dark.png": true, "": true, "logo.gif": false, "logo": false, "../logo.svg": false,
		"a/logo.svg": false, "/logo.svg": false, ".svg": false, "-.svg": false, "lo go.svg": false, "logo.SVG": false,
		"lögo.svg": false, strings.Repeat("a", 61) + ".svg": false,
	} {
		_, err := Parse([]byte(good + "logo: '" + name + "'\n"))
		if (err == nil) != ok {
			t.Errorf("%q: got %v", name, err)
		}
	}
}

// An address that is accepted is an address to net/url as well, with the same host and nothing
// before or behind the page.
func FuzzPrivacyPolicy(f *testing.F) {
	for _, address := range []string{
		"https://www.example.com/privacy?lang=en", "https://a@www.example.com", "https://www.example.com:8/#x",
		"https://www.example.com/%2e%2e//?%%", "https://www.example.com\\@other.example/\u202e",
	} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		quoted, err := json.Marshal(address)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse([]byte(good + "privacy_policy: " + string(quoted) + "\n"))
		if err != nil || p.PrivacyPolicy == "" {
			return
		}
		u, err := url.Parse(p.PrivacyPolicy)
		if err != nil || u.Scheme != "https" || u.User != nil || u.Fragment != "" || u.Port() != "" ||
			!isPublicHost(u.Hostname()) || u.String() != p.PrivacyPolicy {
			t.Errorf("%q is accepted; net/url reads %+v, %v", p.PrivacyPolicy, u, err)
		}
	})
}
