package profile

import (
	"net/netip"
	"regexp"
	"strings"
)

// policyPage matches the address of a page: a host, and after it only characters that RFC 3986
// allows in a path or a query. It has no fragment, and no character that ends a quotation, a tag or
// a link, is not printable or changes the direction of a text. So the address can be shown as it
// is.
var policyPage = regexp.MustCompile(`^https://([^/?]*)(/([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?` +
	`(\?([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$`)

// checkPolicy checks the address of the vendor's privacy policy, which administrators open in their
// own browsers. They must see which server they will reach, so the address has no user and no port.
func (p Profile) checkPolicy(found *problems) {
	if p.PrivacyPolicy == "" {
		return
	}
	parts := policyPage.FindStringSubmatch(p.PrivacyPolicy)
	require := func(ok bool, format string, args ...any) {
		found.require(ok, "$.privacy_policy", "privacy_policy "+format, args...)
	}
	switch {
	case !strings.HasPrefix(p.PrivacyPolicy, "https://"):
		require(false, "must begin with https://")
	case parts == nil:
		require(false, "must be an https address without #; write special characters as %% and two hexadecimal digits")
	default:
		require(isPublicHost(parts[1]), "must give a full host name, such as www.example.com, without user or port")
	}
	require(len(p.PrivacyPolicy) <= maxLine, "is longer than %d characters", maxLine)
}

// checkLogo checks the name of the logo. Package product checks the file: a bad image must not make
// the profile useless.
func (p Profile) checkLogo(found *problems) {
	found.require(p.Logo == "" || logoName.MatchString(p.Logo) && len(p.Logo) <= 64, "$.logo",
		"logo must be the name of a .png or .svg file in the product's folder, without a path")
}

var logoName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*\.(png|svg)$`)

// isPublicHost reports whether the text is a host name of several labels, and no IP address.
func isPublicHost(text string) bool {
	_, err := netip.ParseAddr(text)
	return err != nil && IsHost(text) && strings.Contains(strings.TrimSuffix(text, "."), ".")
}
