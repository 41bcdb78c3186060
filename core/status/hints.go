package status

import (
	"fmt"
	"slices"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// advice belongs to one rule of the leak gate.
type advice struct {
	found  string // a description of the name in the value
	remedy string // advice for the administrator; may be empty
}

// byRule has the rules by which core/anonymize finds a name. That package is on the same floor of
// imports, so its constants cannot be used here; a test compares them.
var byRule = map[string]advice{
	"own host name": {"this appliance's host name",
		"If that name is a common word or a number, rename the appliance."},
	"own domain": {"the name of this appliance's domain",
		"If that name is a common word, give the appliance another domain."},
	"own address":          {"an address of this appliance", ""},
	"own hardware address": {"a hardware address of this appliance", ""},
	"name in the hosts file": {"a name or an address from /etc/hosts",
		"If that name is a common word or a number, change it in /etc/hosts."},
	"local user name": {"the name of a user account of this appliance",
		"If that name is a common word or a number, rename the account."},
	"own machine identifier": {"an identifier of this appliance", ""},
	"name server":            {"the name or address of a name server", commonName},
	"time server":            {"the name or address of a time server", commonName},
	"name in the configuration of the SNMP agent": {"a name from the configuration of the SNMP agent, such as its " +
		"system name, contact or location",
		"If that name is a common word or a number, change it there."},
	"name in the configuration of the network": {"a name or an address from the configuration of the network",
		commonName},
	"name in the configuration": {"a name or an address from the configuration of this service",
		"If that name is a common word or a number, give the host another name, or configure its address."},
	"secret of the configuration": {"a password or another secret from the configuration of this service",
		"If that secret is a common word or a number, choose a better one."},
	"value that was pseudonymized": {"a name or an address that is sent as a pseudonym elsewhere in the document",
		"If a site, a cluster or a user of the product has a common word or a number as its name, rename it."},
}

// ofTheVendor lists the rules that a product breaks regardless of any name that an administrator
// has given.
var ofTheVendor = map[string]bool{"name that is not in the profile": true,
	"value that is not as the profile approves": true}

const (
	askVendor   = "report this to the product's vendor, with the name of the field and the rule"
	commonName  = "If that name is a common word or a number, rename the host or the domain."
	namedSerial = "If something is named after the serial number, rename it."
)

// hint returns advice to an administrator about a field. It contains no value.
func hint(p profile.Profile, field, rule string) string {
	a, known := byRule[rule]
	subject := "The value"
	switch {
	case field == "plugin": // the only field of the header that is withheld alone
		subject = "The version that the plugin reports"
	// it is sent in clear only if this service reads the same serial number itself (ANON-2)
	case known && isSerial(p, field):
		subject = "This service could not confirm the serial number that the plugin reports, and it"
		a.remedy = namedSerial
	}
	switch {
	case ofTheVendor[rule]:
		return "The plugin sends something here that the product's profile does not approve. Please " + askVendor + "."
	case !known:
		return subject + " contains something that could identify you. Please " + askVendor + "."
	case a.remedy == "":
		return fmt.Sprintf("%s contains %s, which it should never do. Please %s.", subject, a.found, askVendor)
	default:
		return fmt.Sprintf("%s contains %s. %s Otherwise %s.", subject, a.found, a.remedy, askVendor)
	}
}

func isSerial(p profile.Profile, field string) bool {
	return slices.ContainsFunc(p.Places(), func(place profile.Place) bool {
		return place.Field.Kind == kind.Serial && place.Category+"."+place.Path == field
	})
}
