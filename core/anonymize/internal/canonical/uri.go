package canonical

import (
	"net/url"
	"strings"
)

// ports are the default ports, which a URI need not name.
var ports = map[string]string{
	"sip": "5060", "sips": "5061", "h323": "1720", "http": "80", "https": "443", "ldap": "389", "ldaps": "636",
	"ftp": "21", "rtsp": "554", "ws": "80", "wss": "443",
}

// uri reads SIP, SIPS, TEL and H.323 URIs, URLs, the bare name@host of signaling, and numbers. A
// bare name is a SIP URI, a bare number a TEL URI. SIP and SIPS URIs are never the same (RFC 3261,
// 19.1.4). A mailbox is not a callee, so mailto: is not cut off.
func uri(text string) (string, bool) {
	text = insideAngles(text)
	scheme, rest, ok := strings.Cut(text, ":")
	scheme = strings.ToLower(strings.TrimSpace(scheme))
	switch {
	case ok && (scheme == "sip" || scheme == "sips" || scheme == "h323"):
		return signaling(scheme, strings.TrimPrefix(strings.TrimLeft(rest, " "), "//"))
	case ok && scheme == "tel":
		form, fine := phone(rest)
		return "tel:" + form, fine
	case ok && (scheme == "mailto" || scheme == "smtp"):
		form, fine := email("mailto:" + rest)
		return "mailto:" + form, fine
	case ok && strings.HasPrefix(rest, "//"):
		return web(text)
	case strings.Contains(text, "@"):
		return bareCallee(text)
	default:
		return calledNumber(text)
	}
}

func bareCallee(text string) (string, bool) {
	user, _, _ := strings.Cut(text, "@")
	if strings.ContainsAny(user, " :<>,") {
		return "", false
	}
	return signaling("sip", text)
}

// signaling returns the callee: headers, a password and most parameters do not change it.
func signaling(scheme, rest string) (string, bool) {
	user, host, named := userAndHost(rest)
	host, _, _ = strings.Cut(host, "?")
	host, params, _ := strings.Cut(host, ";")
	kept, _ := parameters(params)
	if _, ok := address(host); !named && !ok && scheme == "h323" {
		alias := escaped(Folded(unescaped(host)))
		return withParameters(scheme+":"+alias, kept), alias != ""
	}
	hostPort, ok := authority(scheme, zoneUnescaped(host))
	if !named {
		return withParameters(scheme+":"+hostPort, kept), ok
	}
	user, more := callee(user)
	return withParameters(scheme+":"+escaped(user)+"@"+hostPort, append(kept, more...)), ok && user != ""
}

// userAndHost splits at the last @ before the parameters of the host; the parameters of the user
// may contain an @ too.
func userAndHost(rest string) (user, host string, ok bool) {
	first := strings.IndexByte(rest, '@')
	if first < 0 {
		return "", rest, false
	}
	end := len(rest)
	if i := strings.IndexAny(rest[first:], ";?"); i >= 0 {
		end = first + i
	}
	at := strings.LastIndexByte(rest[:end], '@')
	return rest[:at], rest[at+1:], true
}

// callee returns the part before the @ with the parameters that belong to it. A number is the same
// number however it is grouped.
func callee(text string) (user string, kept []string) {
	text, _, _ = strings.Cut(text, ":")
	name, params, _ := strings.Cut(text, ";")
	kept, rest := parameters(params)
	name = unescaped(name)
	if number, more, ok := subscriber(name); ok {
		if strings.HasPrefix(number, "+") {
			return number, append(kept, more...)
		}
		rest = ""
	}
	return Folded(name + unescaped(rest)), kept
}

// zoneUnescaped unescapes the %25 before a zone (RFC 6874).
func zoneUnescaped(host string) string {
	before, zone, ok := strings.Cut(host, "%25")
	if !ok || zone == "" || zone[0] == ']' {
		return host
	}
	return before + "%" + zone
}

func web(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil {
		return "", false
	}
	scheme := strings.ToLower(u.Scheme)
	hostPort, ok := authority(scheme, clean(u.Host))
	if name := Folded(u.User.Username()); name != "" {
		hostPort = url.User(name).String() + "@" + hostPort
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return strings.TrimRight(scheme+"://"+hostPort+path, ",; "), ok
}

// authority returns host and port, without the scheme's default port.
func authority(scheme, text string) (string, bool) {
	host, port := text, ""
	if strings.Count(text, ":") < 2 || strings.HasPrefix(text, "[") {
		var ok bool
		if host, port, ok = splitPort(strings.TrimSuffix(text, ".")); !ok {
			return "", false
		}
	}
	form, ok := anyAddress(host)
	if !ok {
		form, ok = hostname(host)
	}
	if strings.Contains(form, ":") {
		form = "[" + strings.Replace(form, "%", "%25", 1) + "]"
	}
	if port != "" && port != ports[scheme] {
		form += ":" + port
	}
	return form, ok
}
