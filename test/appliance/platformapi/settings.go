package platformapi

func directoryStatus() object {
	return object{
		"integrationStatus": "INTEGRATED",
		"connected":         true,
		"errorMessage":      canary("directory-error-message", 0),
		"serverAddress":     fqdn("verzeichnis-toelz"),
		"forestRootDomain":  identifying("ad." + domain),
		"serviceAccount":    identifying(`ISARWINKEL\dienst-verzeichnis`),
		"bindPassword":      canary("directory-password", 0),
		"exchangeAccount":   identifying(`ISARWINKEL\dienst-kalender`),
		"exchangePassword":  canary("exchange-password", 0),
	}
}

func directoryCacheStatus() object {
	return object{
		"cacheStatus":                "LOADED",
		"totalUsers":                 4180,
		"totalRooms":                 96,
		"conferenceRoomErrors":       2,
		"orphanedUsers":              5,
		"orphanedGroups":             1,
		"blankChairpersonCodeErrors": 3,
		"blankConferenceCodeErrors":  4,
		"duplicatePasscodeErrors":    6,
		"lastCacheRefreshDate":       "2026-03-01T03:00:00+01:00",
		"refreshDurationSeconds":     74,
		"refreshedBy":                fqdn(clusters[0].host + "-1"),
	}
}

func registrationPolicy(i int) object {
	return object{
		"registrationPolicyIdentifier": identifier("registration-policy", i),
		"name":                         identifying("Anmeldung " + placeName(9*i)),
		"description": identifying("Für Endgeräte in " + placeName(9*i) + ", Fragen an " +
			personAt(i).last),
		"compliantEndpointAdmissionPolicy":    "ALLOW",
		"nonCompliantEndpointAdmissionPolicy": []string{"QUARANTINE", "BLOCK"}[i],
		"allowSiteLessRegistration":           i == 0,
		"includeChangedDevices":               true,
		"deleteInactiveEndpoints":             i == 0,
		"inactiveRegistrationDaysToDelete":    30,
		"script":                              canary("registration-script", i),
	}
}

func sipInbound() object {
	return object{
		"useDefaultRealm":                false,
		"enableProxyAuthentication":      true,
		"authenticationValidTimeSeconds": 3600,
		"realm":                          canary("sip-inbound-realm", 0),
		"plcmDeviceCredentialList":       list(3, deviceCredential),
	}
}

func sipOutbound(i int) object {
	return object{
		"outboundIdentifier": identifier("sip-outbound", i),
		"domain":             identifying("verbund." + domain),
		"userName":           identifying("anmeldung-" + placeSlug(i)),
		"realm":              canary("sip-outbound-realm", i),
		"password":           canary("sip-outbound-password", i),
	}
}

func securitySettings() object {
	return object{
		"securityMode":              "CUSTOM",
		"allowConsoleAccess":        true,
		"allowSshAccess":            false,
		"skipCertificateValidation": false,
		"signalingCiphers": ciphers{
			{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", true}, {"TLS_RSA_WITH_AES_128_CBC_SHA", true},
			{"TLS_RSA_WITH_3DES_EDE_CBC_SHA", false},
		},
		"managementCiphers": ciphers{{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", true}},
		"tlsVersions":       []any{"TLSv1.2"},
		"snmpVersion":       "V3",
		"snmpCommunity":     canary("snmp-community", 0),
	}
}

// ciphers is a list whose form depends on the version.
type ciphers []struct {
	name    string
	enabled bool
}

// inVersion lists the names of the enabled ciphers; from version 3 on, all of them as objects. This
// is documented; the members of the objects are not, so their names are invented.
func (c ciphers) inVersion(version int) []any {
	listed := []any{}
	for _, cipher := range c {
		switch {
		case version >= 3:
			listed = append(listed, object{"name": cipher.name, "enabled": cipher.enabled,
				"allowedForFips": cipher.enabled})
		case cipher.enabled:
			listed = append(listed, cipher.name)
		}
	}
	return listed
}

// whitelistConfig restricts access to the management of the system.
func whitelistConfig() object {
	return object{
		"loginAccessPolicySettingsEnabled": true,
		"whitelistAuthorizedAddress":       []any{ipv4(0, 50), ipv4(0, 51)},
		"snmpPort":                         161,
	}
}

// localPasswordConfig holds the rules for passwords; 0 disables a rule.
func localPasswordConfig() object {
	return object{
		"minChangedCharacters": 0,
		"maxPasswordAge":       90,
		"minPasswordAge":       1,
		"minPasswordLength":    12,
		"passwordHistory":      10,
		"defaultPassword":      canary("default-password", 0),
	}
}
