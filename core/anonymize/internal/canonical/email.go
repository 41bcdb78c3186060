package canonical

import "strings"

// email reads an address of a mailbox, also as `Name <address>` and with mailto: before it. RFC 5321 lets a server tell
// jane from Jane; none that people use does.
func email(text string) (string, bool) {
	text = withoutScheme(angled(text), "mailto")
	at := strings.LastIndexByte(text, '@')
	if at < 1 || strings.ContainsAny(text[:at], " \t<>,;:\\") {
		return "", false
	}
	domain, _, _ := strings.Cut(text[at+1:], "?")
	spelled, ok := hostOrAddress(strings.TrimPrefix(domain, "IPv6:"))
	return Folded(text[:at]) + "@" + spelled, ok
}

// angled is what stands in angle brackets at the end, or all of it.
func angled(text string) string {
	i := strings.LastIndexByte(text, '<')
	if i < 0 {
		return text
	}
	inner, rest, ok := strings.Cut(text[i+1:], ">")
	if !ok || (rest != "" && rest[0] != ';') {
		return text
	}
	return inner
}

func withoutScheme(text, scheme string) string {
	if before, rest, ok := strings.Cut(text, ":"); ok && strings.EqualFold(before, scheme) {
		return rest
	}
	return text
}

func hostOrAddress(text string) (string, bool) {
	bare := strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	if form, ok := address(bare); ok {
		return form, true
	}
	return hostname(text)
}
