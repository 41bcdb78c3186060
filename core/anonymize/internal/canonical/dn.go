package canonical

import (
	"encoding/hex"
	"strings"
)

// attributes are the types in a distinguished name of a person, a machine or a folder. Any other
// text with an equals sign is a name.
var attributes = map[string]bool{
	"cn": true, "uid": true, "ou": true, "dc": true, "o": true, "l": true, "st": true, "c": true, "sn": true,
	"gn": true, "givenname": true, "street": true, "mail": true, "e": true, "emailaddress": true, "userid": true,
	"samaccountname": true, "userprincipalname": true, "serialnumber": true, "title": true,
}

// distinguishedName reads an LDAP distinguished name (RFC 4514), also with the semicolons of older
// directories.
func distinguishedName(text string) (string, bool) {
	if strings.IndexByte(text, '=') < 0 {
		return "", false
	}
	parts, ok := RDNs(text)
	if !ok {
		return "", false
	}
	forms := make([]string, len(parts))
	for i, part := range parts {
		value := escapedSigns.Replace(Folded(part.Value))
		forms[i] = part.Type + "=" + value
	}
	return strings.Join(forms, ","), true
}

// escapedSigns escapes the characters in a value that separate values.
var escapedSigns = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `;`, `\;`, `+`, `\+`, `"`, `\"`)

// RDN is one step of a distinguished name.
type RDN struct{ Type, Value string }

// RDNs splits a distinguished name; ok is false if text is not one.
func RDNs(text string) ([]RDN, bool) {
	var parts []RDN
	for _, part := range splitUnescaped(text) {
		kind, value, ok := strings.Cut(part, "=")
		kind = strings.ToLower(strings.TrimSpace(kind))
		if !ok || !attributes[kind] {
			return nil, false
		}
		parts = append(parts, RDN{kind, unescape(unquoted(strings.TrimSpace(value)))})
	}
	return parts, len(parts) > 0
}

// splitUnescaped splits at commas, semicolons and plus signs that are neither escaped nor in quotes
// (RFC 2253).
func splitUnescaped(text string) []string {
	var parts []string
	from, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ',', ';', '+':
			if quoted {
				continue
			}
			parts = append(parts, text[from:i])
			from = i + 1
		}
	}
	return append(parts, text[from:])
}

func unescape(value string) string {
	if !strings.Contains(value, `\`) {
		return value
	}
	var out []byte
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' {
			out = append(out, value[i])
			continue
		}
		if i+1 == len(value) {
			break // it escaped a space, which is not part of a form
		}
		if i+3 <= len(value) {
			if b, err := hex.DecodeString(value[i+1 : i+3]); err == nil {
				out = append(out, b[0])
				i += 2
				continue
			}
		}
		i++
		out = append(out, value[i])
	}
	return string(out)
}
