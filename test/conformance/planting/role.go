package planting

import (
	"slices"
	"strings"
	"unicode"
)

// role is the meaning of a key for the value that it names.
type role int

const (
	unknown     role = iota
	structural       // the value is no name: a type, a version, a serial number
	named            // the value is a name, perhaps that of a feature or a model
	identifying      // the value identifies a person, a machine or a place
)

// roles lists words of keys in the singular. The last word of a key decides if it is structural:
// server_version is a version.
var roles = map[role][]string{
	structural: strings.Fields(`version release build revision serial sn number num license licence type kind class
		category state status mode role level protocol transport model product vendor manufacturer format unit language
		locale platform architecture port count size total limit time date period interval duration timestamp zone
		timezone expiry expiration flag enabled key property parameter param field attribute tag checksum code
		firmware bios cipher algorithm method encoding schema xmlns rel href etag feature option module edition sku part
		bundle codec`),
	named: strings.Fields(`name label title display description comment note caption text`),
	identifying: strings.Fields(`host hostname nodename fqdn domain user username login account mail email contact owner
		customer company organization organisation tenant address addr ip ipaddress ipv mac server node peer gateway dns
		ntp ldap realm dn location site city country street person people member participant alias uri phone room
		cluster machine computer admin administrator author sysname syscontact syslocation principal subject issuer`),
}

// roleOf returns the role of a key, such as hostName, ldap-servers or License_Type.
func roleOf(key string) role {
	parts := words(key)
	if len(parts) == 0 {
		return unknown
	}
	last := parts[len(parts)-1]
	switch {
	case slices.Contains(roles[structural], last):
		return structural
	case last == "id" || last == "uuid" || last == "guid": // may be the serial number of a thing
		return unknown
	}
	for _, r := range []role{identifying, named} {
		if slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(roles[r], part) }) {
			return r
		}
	}
	return unknown
}

// productParts are the words near which a name is that of a part of the product.
var productParts = strings.Fields(`license licence feature option module product component package model version edition
	plan tier bundle sku part application app service codec capability entitlement subscription addon plugin software
	type kind hardware chassis board card disk driver`)

// things are further words near which a name is that of a machine.
var things = []string{"device", "endpoint", "client", "terminal"}

// namesProduct reports whether the surroundings of a name are those of a part of the product and
// not of a person, a machine or a place. The nearest word counts.
func (p Place) namesProduct() bool {
	for _, word := range slices.Backward(words(p.About)) {
		if slices.Contains(productParts, word) {
			return true
		}
		if slices.Contains(roles[identifying], word) || slices.Contains(things, word) {
			return false
		}
	}
	return true
}

// isKey reports whether a text is itself a key, as in a table of names and values.
func isKey(text string) bool {
	parts := words(text)
	return len(parts) > 0 && !strings.ContainsFunc(text, func(r rune) bool { return r == ' ' || unicode.IsDigit(r) }) &&
		!slices.ContainsFunc(parts, func(part string) bool {
			for _, listed := range roles {
				if slices.Contains(listed, part) {
					return false
				}
			}
			return true
		})
}

// words splits a key into its words, in lower case and in the singular.
func words(key string) (parts []string) {
	var word strings.Builder
	end := func() {
		if text := strings.ToLower(word.String()); text != "" {
			if strings.HasSuffix(text, "sses") {
				text = strings.TrimSuffix(text, "es")
			} else if !slices.Contains(singular, text) && len(text) > 3 {
				text = strings.TrimSuffix(text, "s")
			}
			parts = append(parts, text)
		}
		word.Reset()
	}
	small := false
	for _, r := range key {
		if !unicode.IsLetter(r) || unicode.IsUpper(r) && small {
			end()
		}
		if unicode.IsLetter(r) {
			word.WriteRune(r)
		}
		small = unicode.IsLower(r)
	}
	end()
	return parts
}

// singular lists words that end with an s in the singular.
var singular = []string{"address", "alias", "status", "class", "bios", "xmlns", "ipaddress"}
