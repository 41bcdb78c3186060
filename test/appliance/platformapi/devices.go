package platformapi

import "fmt"

var models = []struct {
	name, version string
	h323, sip     bool
}{
	{"RealPresence Group 500", "6.2.2-570154", true, true},
	{"RealPresence Group 310", "6.2.2-570154", true, true},
	{"RealPresence Desktop for Windows", "3.11.0.73569", false, true},
	{"RealPresence Trio 8800", "5.9.5.3182", false, true},
	{"HDX 8000", "3.1.14-55012", true, false},
	{"VVX 600", "5.9.6.2327", false, true},
	{"RealPresence Debut", "1.3.3-71244", true, true},
}

// An endpoint reports its own model, so a customer's words can appear there.
const customModel = 211

// device is one endpoint of 312, of which 24 are not registered at the moment.
func device(i int) object {
	model := models[i%len(models)]
	endpoint := object{
		"deviceIdentifier":        identifier("device", i),
		"registrationIdentifier":  identifier("registration", i),
		"deviceName":              deviceName(i),
		"deviceOwner":             owner(i % 148),
		"deviceModel":             model.name,
		"deviceVersion":           model.version,
		"deviceAdmissionPolicy":   []string{"ALLOW", "ALLOW", "ALLOW", "QUARANTINE"}[i%4],
		"complianceLevel":         "COMPLIANT",
		"ipAddress":               deviceAddress(i),
		"macAddress":              mac(i),
		"site":                    identifying(placeName(i)),
		"supportsH323":            model.h323,
		"supportsSip":             model.sip,
		"hasMcuCapabilities":      i%7 == 0,
		"allowInactivityDeletion": true,
		"password":                canary("device-password", i),
		"realm":                   canary("device-realm", i),
	}
	if i == customModel {
		endpoint["deviceModel"] = identifying("Eigenbau Klinikum Isarwinkel")
	}
	if model.h323 {
		endpoint["plcmH323Identity"] = h323Identity(i)
	}
	if model.sip {
		endpoint["plcmSipIdentity"] = sipIdentity(i)
		endpoint["plcmSipIdentityV2"] = sipIdentity(i)
	}
	return endpoint
}

func deviceSlug(i int) string { return fmt.Sprintf("raum-%s-%03d", placeSlug(i), i) }

// deviceName is the name of a room for most devices, and of a person for one in three.
func deviceName(i int) identifying {
	if i%3 == 0 {
		return identifying(personAt(i%148).first + " " + personAt(i%148).last + " Arbeitsplatz")
	}
	return identifying(fmt.Sprintf("Raum %s %03d", placeName(i), i))
}

// deviceAddress has one address family for most devices; those with two separate them by a comma.
func deviceAddress(i int) identifying {
	switch host := 20 + i/placeCount; {
	case i%10 == 3:
		return ipv6(i, i)
	case i%10 == 7:
		return ipv6(i, i) + "," + ipv4(i, host)
	default:
		return ipv4(i, host)
	}
}

func registered(i int) bool { return i%13 != 5 }

// registrationState returns one of the six states.
func registrationState(i int) string {
	if registered(i) {
		return "ACTIVE"
	}
	return []string{"INACTIVE", "NOT_REGISTERED", "BLOCKED", "INACTIVE", "QUARANTINED", "QUARANTINED_INACTIVE"}[i/13%6]
}

func h323Identity(i int) object {
	return object{
		"h323RegistrationState": registrationState(i),
		"registrationActive":    registered(i),
		"h323Alias": []any{
			object{"aliasType": "E164", "value": phone(i)},
			object{"aliasType": "H323_ID", "value": identifying(deviceSlug(i))},
		},
	}
}

func sipIdentity(i int) object {
	return object{
		"sipUri":               sipURI(deviceSlug(i)),
		"sipActive":            registered(i),
		"sipRegistrationState": registrationState(i),
	}
}
