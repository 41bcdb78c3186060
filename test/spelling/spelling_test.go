package spelling

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
)

func TestFindsEachSpelling(t *testing.T) {
	const name = "Müller <core-01>"
	for what, text := range map[string]string{
		"plain":    "x" + name + "y",
		"upper":    "x" + strings.ToUpper(name) + "y",
		"JSON":     `{"a": "M\u00fcller"}` + ` M` + `üller \u003ccore-01\u003e`,
		"URL":      "?q=" + url.QueryEscape(name) + "&b",
		"hex":      "00" + hex.EncodeToString([]byte(name)),
		"base64 ":  base64.StdEncoding.EncodeToString([]byte("" + name + "tail")),
		"base64+1": base64.StdEncoding.EncodeToString([]byte("a" + name + "tail")),
		"base64+2": base64.URLEncoding.EncodeToString([]byte("ab" + name + "tail")),
	} {
		if !Finds(text, name) {
			t.Errorf("%s: not found in %s", what, text)
		}
	}
	for _, text := range []string{"", "Muller <core-01>", "core-01",
		base64.StdEncoding.EncodeToString([]byte("something else"))} {
		if Finds(text, name) {
			t.Errorf("found in %q", text)
		}
	}
}

func TestFindsEachNotation(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"172.29.188.61", "n=2887629885"}, {"172.29.188.61", "AC1DBC3D"}, {"172.29.188.61", "ip-172-29-188-61.local"},
		{"172.29.188.61", "61.188.29.172.in-addr.arpa"},
		{"2001:db8::1f4a", "2001-db8--1f4a.ipv6-literal.net"}, {"2001:db8::1f4a",
			"2001:0DB8:0000:0000:0000:0000:0000:1F4A"},
		{"fe80::1f4a%eth0", "peer fe80::1f4a up"}, {"fe80::1f4a%eth0", "[fe80::1f4a%25eth0]"},
		{"fe80::1f4a%eth0", "fe80--1f4a.ipv6-literal.net"},
		{"10.29.188.0/22", "route 10.29.188.0 255.255.252.0"}, {"10.29.188.0/22", "10.29.188.0/255.255.252.0"},
		{"02:a7:5c:e1:94:3b", "02a7.5ce1.943b"}, {"02:a7:5c:e1:94:3b", "x02A75CE1943Bx"},
		{"02a75ce1943b", "02:A7:5C:E1:94:3B"}, {"02a75ce1943b", "02-a7-5c-e1-94-3b"},
		{"seerose-17.kiefer.example", "DC=seerose-17,DC=kiefer,DC=example"},
		{"seerose-17.kiefer.example", "example.kiefer.seerose-17"},
		{"CN=Mila,OU=Labor,DC=kiefer", "dc=kiefer,ou=labor,cn=mila"},
	} {
		if !Finds(tt.text, tt.name) {
			t.Errorf("%s: not found in %s", tt.name, tt.text)
		}
	}
	for _, tt := range []struct{ name, text string }{{"172.29.188.61", "2887629884"},
		{"10.29.188.0/22", "10.29.188.0 255.255.255.0"}, {"fe80::1f4a%eth0", "fe80::1f4b"}, {"02a75ce1943b",
			"02a75ce1943c"},
		{"core 17", "17 core"}} {
		if Finds(tt.text, tt.name) {
			t.Errorf("%s: found in %s", tt.name, tt.text)
		}
	}
}
