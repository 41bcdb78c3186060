package platformapi

func directoryStatus() object {
	return object{
		"integrationStatus": "INTEGRATED",
		"connected":         true,
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
		"cacheStatus":            "UP_TO_DATE",
		"totalUsers":             4180,
		"totalRooms":             96,
		"conferenceRoomErrors":   2,
		"orphanedUsers":          5,
		"orphanedGroups":         1,
		"refreshDurationSeconds": 74,
		"refreshedBy":            fqdn(clusters[0].host + "-1"),
	}
}

func registrationPolicy(i int) object {
	return object{
		"registrationPolicyIdentifier": identifier("registration-policy", i),
		"name":                         identifying("Anmeldung " + placeName(9*i)),
		"description": identifying("Für Endgeräte in " + placeName(9*i) + ", Fragen an " +
			someone(i).last),
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
		"enabled":                        true,
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
		"accessWhitelistEnabled":    true,
		"accessWhitelist":           []any{ipv4(0, 50), ipv4(0, 51)},
		"signalingCiphers":          []any{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA"},
		"managementCiphers":         []any{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
		"tlsVersions":               []any{"TLSv1.2"},
		"snmpVersion":               "V3",
		"snmpCommunity":             canary("snmp-community", 0),
	}
}

func localPasswordConfig() object {
	return object{
		"maxPasswordAge":    90,
		"minPasswordAge":    1,
		"minPasswordLength": 12,
		"passwordHistory":   10,
		"defaultPassword":   canary("default-password", 0),
	}
}
