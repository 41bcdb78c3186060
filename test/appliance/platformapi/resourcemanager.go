package platformapi

import "maps"

// ResourceManager returns the same customer's Resource Manager: endpoints, users, groups and rooms,
// which a public client reads from it; the states of license and directory, and conferences, which
// the documents attribute to this product; and nothing else. The public client sees its members in
// kebab-case: set [Config].Names. The result is the same at every call.
//
// The endpoints are those of [Believable]. There are 96 local users and 1188 users of the
// directory. Every further member, which the system keeps in order to provision endpoints, holds a
// canary: also descriptions and aliases, which a plugin does not need in order to count.
func ResourceManager() Site {
	return Site{counts: managedCounts(), answers: map[string]any{
		"/conferences":                        list(6, conference),
		"/config/enterprise-directory/status": managedDirectory(),
		"/config/licenses/license-status":     managedLicense(),
		"/devices":                            list(312, managedDevice),
		"/groups":                             list(23, managedGroup),
		"/rooms":                              list(64, managedRoom),
		"/users":                              list(1284, managedUser),
	}}
}

// managedDirectory is integrated, and one of its connections is not encrypted.
func managedDirectory() object {
	return managed(directoryStatus()).with(object{"integrationStatus": "INTEGRATED_WO_ENCRYPTION"})
}

// managedSerial is the serial number of the system, and may be sent in clear.
const managedSerial = "RM-8K31774250D1EB"

func managedLicense() object {
	permanent := func(name string) object { return object{"name": name, "counted": false, "perpetual": true} }
	return managed(licenseStatus()).with(object{
		"serialNumber": managedSerial,
		"plcmLicenseFeatureList": object{"plcmLicenseFeatureList": []any{
			object{"name": "MANAGED_ENDPOINTS", "counted": true, "count": 5000, "perpetual": false,
				"startDate": "2026-02-01T01:00:00+01:00", "expirationDate": "2026-04-01T01:59:59+02:00"},
			permanent("MULTI_TENANCY"), permanent("HIGH_AVAILABILITY"),
		}},
	})
}

// managed is an item of which this product has more members.
type managed object

func (m managed) with(more object) object {
	maps.Copy(m, more)
	return object(m)
}

func managedDevice(i int) object {
	added := object{
		"description":       canary("managed-device-description", i),
		"adminPassword":     canary("managed-device-admin-password", i),
		"snmpCommunity":     canary("managed-device-community", i),
		"sipRealm":          canary("managed-device-realm", i),
		"provisioningToken": canary("managed-device-token", i),
	}
	if models[i%len(models)].h323 {
		added["plcmH323Identity"] = managed(h323Identity(i)).with(object{"h323Alias": []any{
			object{"aliasType": "E164", "alias": canary("managed-device-number-alias", i)},
			object{"aliasType": "H323_ID", "alias": canary("managed-device-name-alias", i)},
		}})
	}
	return managed(device(i)).with(added)
}

func managedUser(i int) object {
	added := object{
		"description":     canary("managed-user-description", i),
		"devicePassword":  canary("managed-user-device-password", i),
		"sipRealm":        canary("managed-user-realm", i),
		"meetingPasscode": canary("managed-user-passcode", i),
	}
	if i >= localUsers {
		added["domain"] = identifying("ISARWINKEL")
	}
	return managed(user(i)).with(added)
}

// localUsers are the first users; the others are in the directory.
const localUsers = 96

func managedGroup(i int) object {
	return managed(group(i)).with(object{"description": canary("managed-group-description", i)})
}

func managedRoom(i int) object {
	return managed(room(i)).with(object{
		"description":        canary("managed-room-description", i),
		"alias":              canary("managed-room-alias", i),
		"conferencePasscode": canary("managed-room-passcode", i),
		"roomPassword":       canary("managed-room-password", i),
	})
}
