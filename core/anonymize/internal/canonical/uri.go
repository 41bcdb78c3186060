package canonical

import (
	"net/url"
	"slices"
	"strings"
)

// ports are those that a URI need not name.
var ports = map[string]string{
	"sip": "5060", "sips": "5061", "h323": "1720", "http": "80", "https": "443", "ldap": "389", "ldaps": "636",
	"ftp": "21", "rtsp": "554", "ws": "80", "wss": "443",
}

// uri reads SIP, SIPS, TEL and H.323 URIs, URLs, and the bare name@host that signalling uses.
func uri(text string) (string, bool) {
	text = angled(text)
	scheme, rest, ok := strings.Cut(text, ":")
	scheme = strings.ToLower(scheme)
	switch {
	case ok && (scheme == "sip" || scheme == "sips" || scheme == "h323"):
		return signalling(scheme, rest)
	case ok && scheme == "tel":
		return tel(rest)
	case ok && scheme == "mailto":
		form, fine := email(rest)
		return "mailto:" + form, fine
	case ok && strings.HasPrefix(rest, "//"):
		return web(text)
	case strings.Contains(text, "@"):
		return email(text)
	default:
		return "", false
	}
}

// signalling is who is called: parameters, headers and a password do not change that.
func signalling(scheme, rest string) (string, bool) {
	who, host, ok := "", rest, false
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		who, host, ok = rest[:at], rest[at+1:], true
	}
	host, _, _ = strings.Cut(host, "?")
	host, _, _ = strings.Cut(host, ";")
	if !ok && scheme == "h323" {
		return scheme + ":" + Folded(unescaped(host)), host != "" // an alias
	}
	where, fine := authority(scheme, host)
	if !ok {
		return scheme + ":" + where, fine
	}
	who, _, _ = strings.Cut(who, ":")
	return scheme + ":" + callee(unescaped(who)) + "@" + where, fine && who != ""
}

// callee is the part before the @. A number is one however it is grouped.
func callee(who string) string {
	number, _, _ := strings.Cut(who, ";")
	if form, ok := phone(number); ok && strings.HasPrefix(form, "+") {
		return form
	}
	return Folded(who)
}

// tel keeps the parameters that make another number of it.
func tel(rest string) (string, bool) {
	parts := strings.Split(unescaped(rest), ";")
	form, ok := phone(parts[0])
	var kept []string
	for _, part := range parts[1:] {
		part = strings.ToLower(strings.TrimSpace(part))
		if strings.HasPrefix(part, "ext=") || strings.HasPrefix(part, "phone-context=") {
			kept = append(kept, part)
		}
	}
	slices.Sort(kept)
	return strings.Join(append([]string{"tel:" + form}, kept...), ";"), ok
}

func web(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil {
		return "", false
	}
	scheme := strings.ToLower(u.Scheme)
	where, ok := authority(scheme, u.Host)
	if name := u.User.Username(); name != "" {
		where = Folded(name) + "@" + where
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return scheme + "://" + where + path, ok
}

// authority is host and port, without a port that the scheme has anyway.
func authority(scheme, text string) (string, bool) {
	host, port, ok := splitPort(text)
	if !ok {
		return "", false
	}
	form, ok := anyAddress(host)
	if !ok {
		form, ok = hostname(host)
	}
	if strings.Contains(form, ":") {
		form = "[" + form + "]"
	}
	if port != "" && port != ports[scheme] {
		form += ":" + port
	}
	return form, ok
}

func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}
