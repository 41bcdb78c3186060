package e2e

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/test/appliance/platformapi"
)

// encodings write a canary as a careless source may. If an encoding has several forms, the canary's
// number i selects one in turn.
var encodings = map[string]func(name string, i int) string{
	"plain":    oneOf(func(name string) string { return name }),
	"case":     oneOf(strings.ToUpper, strings.ToLower),
	"sentence": oneOf(func(name string) string { return "1.0 of " + name + ", build 7" }),
	"version":  oneOf(func(name string) string { return "6.4.0-" + name }),
	"escaped":  oneOf(escaped, url.QueryEscape, url.PathEscape),
	"hex":      oneOf(inHex, func(name string) string { return strings.ToUpper(inHex(name)) }),
	"base64": oneOf(inBase64(base64.StdEncoding, ""), inBase64(base64.RawURLEncoding, "a"),
		inBase64(base64.StdEncoding, "ab")),
	"notation": oneOf(func(name string) string { return notation(name, true) },
		func(name string) string { return notation(name, false) }),
}

func oneOf(ways ...func(string) string) func(string, int) string {
	return func(name string, i int) string { return ways[i%len(ways)](name) }
}

// inBase64 encodes the name with text before it, which shifts its bits, and text after it.
func inBase64(encoding *base64.Encoding, before string) func(string) string {
	return func(name string) string { return encoding.EncodeToString([]byte(before + name + "; and more")) }
}

func inHex(name string) string { return hex.EncodeToString([]byte(name)) }

// escaped writes every character that is not ASCII as a \u escape.
func escaped(name string) string {
	quoted := strconv.QuoteToASCII(name)
	return quoted[1 : len(quoted)-1]
}

// notation writes a name in another notation: with or without separators, as a whole number, in
// full, or reversed.
func notation(name string, bare bool) string {
	address, err := netip.ParseAddr(name)
	digits := strings.ReplaceAll(name, ":", "")
	switch {
	case err == nil && address.Is4() && bare:
		raw := address.As4()
		return strconv.FormatUint(uint64(binary.BigEndian.Uint32(raw[:])), 10)
	case err == nil && address.Is4():
		return strings.ReplaceAll(name, ".", "-")
	case err == nil:
		return address.StringExpanded()
	case len(digits) == 12 && bare:
		return digits
	case len(digits) == 12:
		return digits[:4] + "." + digits[4:8] + "." + digits[8:]
	case strings.Contains(name, "="):
		return turned(name, ",")
	case strings.Contains(name, ".") && !strings.Contains(name, "@"):
		return turned(name, ".")
	}
	return name
}

func turned(name, sign string) string {
	parts := strings.Split(name, sign)
	slices.Reverse(parts)
	return strings.Join(parts, sign)
}

// plant returns a [platformapi.Site] that has the texts in every answer from which the plugin makes
// a value that is kept: versions, words, and keys of closed lists. The clusters have the names, so
// that these are also seen as names. Nothing is planted in licenses, because they are sent in
// clear.
func plant(names, texts []string) *platformapi.Site {
	var clusters []any
	for i, text := range texts {
		clusters = append(clusters, map[string]any{"clusterName": names[i], "status": text, "softwareVersion": text,
			"plcmDmaServerList": []any{}})
	}
	site := platformapi.Believable().WithMember("/dma-supercluster", "plcmDmaClusterList", clusters)
	for i, member := range []struct{ path, name string }{
		{"/devices", "deviceModel"}, {"/devices", "deviceVersion"}, {"/mcus", "mcuType"}, {"/mcus", "softwareVersion"},
		{platformapi.DialRules(0), "action"},
		{"/registration-policies", "compliantEndpointAdmissionPolicy"},
		{"/registration-policies", "nonCompliantEndpointAdmissionPolicy"},
		{"/security-settings", "securityMode"}, {"/security-settings", "snmpVersion"},
		{"/config/enterprise-directory/status", "integrationStatus"}, {"/ext-sip-peer", "type"},
		{"/config/enterprise-directory-cache/status", "cacheStatus"},
	} {
		site = site.WithMember(member.path, member.name, texts[i%len(texts)])
	}
	for _, list := range []string{"signalingCiphers", "managementCiphers", "tlsVersions"} {
		site = site.WithMember("/security-settings", list, texts)
	}
	return &site
}
