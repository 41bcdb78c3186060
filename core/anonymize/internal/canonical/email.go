package canonical

import "strings"

// email reads a mailbox address, also as `Name <address>`, with mailto: or smtp: before it, or as
// the SIP URI of the same user. RFC 5321 lets a server distinguish jane from Jane, but no server in
// common use does.
func email(text string) (string, bool) {
	if strings.IndexByte(text, '@') < 0 {
		return "", false
	}
	text = insideAngles(text)
	if scheme, rest, ok := strings.Cut(text, ":"); ok &&
		(strings.EqualFold(scheme, "sip") || strings.EqualFold(scheme, "sips")) {
		form, fine := signaling("sip", rest)
		box, _, _ := strings.Cut(strings.TrimPrefix(form, "sip:"), ";")
		return mailbox(box, fine)
	}
	if rest, ok := mailLabels.cut(text); ok {
		rest, _, _ = strings.Cut(rest, "?")
		text = unescaped(rest)
	}
	return mailbox(text, true)
}

func mailbox(text string, ok bool) (string, bool) {
	at := strings.LastIndexByte(text, '@')
	if at < 1 || !ok {
		return "", false
	}
	local := Folded(unquoted(text[:at]))
	if local == "" || strings.ContainsAny(local, " \t<>,;:\\") {
		return "", false
	}
	domain, _, _ := strings.Cut(text[at+1:], "?")
	domain, _, _ = strings.Cut(domain, ";")
	spelled, ok := hostOrAddress(domain)
	return local + "@" + spelled, ok
}

// unquoted removes the quotes that RFC 5321 allows around any local part.
func unquoted(local string) string {
	inner, opened := strings.CutPrefix(local, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if opened && closed && inner != "" && !strings.ContainsAny(inner, `"\`) {
		return inner
	}
	return local
}

// insideAngles returns the part in angle brackets at the end, or the whole text if there is none. A
// URL may contain such brackets itself.
func insideAngles(text string) string {
	i := strings.LastIndexByte(text, '<')
	if i < 0 || strings.Contains(text[:i], "://") {
		return text
	}
	inner, rest, ok := strings.Cut(text[i+1:], ">")
	if !ok || (rest != "" && rest[0] != ';') {
		return text
	}
	return strings.TrimSpace(inner)
}

// hostOrAddress reads the domain of a mailbox: a host name, [10.33.7.21] or [IPv6:2001:db8::1] (RFC
// 5321).
func hostOrAddress(text string) (string, bool) {
	bare := strings.TrimPrefix(text, "[")
	if len(bare) > 5 && strings.EqualFold(bare[:5], "IPv6:") {
		bare = bare[5:]
	}
	if form, ok := address(strings.TrimSuffix(bare, "]")); ok {
		return form, true
	}
	return hostname(text)
}
