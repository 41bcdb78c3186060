package canonical

import (
	"fmt"
	"net/url"
	"strings"
)

// calleeParameters are the parameters of SIP and TEL URIs that change the callee; true for those
// whose value is a number. All others say how a call gets there: transport, user, method, ttl,
// maddr, lr, tgrp. RFC 3261 (19.1.4) compares some of those too, so that a proxy treats two ways to
// one callee as two targets; but a pseudonym is for the callee. RFC 3261 ignores other parameters
// if one URI lacks them, so its equality is not transitive and cannot be that of a canonical form.
var calleeParameters = map[string]bool{
	"ext": true, "isub": true, "phone-context": true, "postd": true, // RFC 3966, RFC 2806
	"gr": false, "grid": false, "opaque": false, // one device or conference of a user: RFC 5627 and its drafts
	"target": false, // the mailbox behind a voice mail service: RFC 4458
}

// parameters returns the parameters that change the callee, each in one spelling, and the others as
// they are written.
func parameters(text string) (kept []string, rest string) {
	var others strings.Builder
	for more := text != ""; more; {
		var param string
		param, text, more = strings.Cut(text, ";")
		name, value, _ := strings.Cut(param, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if number, names := calleeParameters[name]; names {
			kept = append(kept, parameter(name, value, number))
		} else if param != "" {
			others.WriteString(";" + param)
		}
	}
	return kept, others.String()
}

func parameter(name, value string, number bool) string {
	value = Folded(unescaped(value))
	if form, ok := dialed(value); ok && number {
		value = form
	}
	if value == "" {
		return name // such as the gr of a temporary GRUU
	}
	return name + "=" + escaped(value)
}

func unescaped(text string) string {
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// reserved are the characters that would not be read as a part of a name.
const reserved = "%:;?@<>,"

// escaped writes the reserved characters of a name as in %3b, so that the form reads as the same
// name again.
func escaped(text string) string {
	if !strings.ContainsAny(text, reserved) {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		if strings.ContainsRune(reserved, r) {
			fmt.Fprintf(&out, "%%%02x", r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}
