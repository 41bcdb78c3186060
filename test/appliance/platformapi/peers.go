package platformapi

var mcuTypes = []string{"RMX_2000", "RMX_2000", "RMX_1800", "VIRTUAL_EDITION"}

func mcu(i int) object {
	host := []string{"bruecke-toelz", "bruecke-fuessen", "bruecke-garmisch", "bruecke-wolke"}[i]
	return object{
		"mcuIdentifier":      identifier("mcu", i),
		"name":               identifying(host),
		"managementIp":       ipv4(i, 200),
		"signalingIp":        []any{ipv4(i, 201), ipv6(i, 0x900)},
		"mcuType":            mcuTypes[i],
		"softwareVersion":    "8.8.1.3201",
		"reservedAudioPorts": 20,
		"reservedVideoPorts": 40 + 10*i,
		"dmaUsedAudioPorts":  3,
		"dmaUsedVideoPorts":  11 + i,
		"maxBitRate":         6144,
		"adminUser":          identifying("verwalter-" + host),
		"password":           canary("mcu-password", i),
	}
}

func gatekeeper(i int) object {
	host := []string{"torwaechter-uniklinik", "torwaechter-landkreis"}[i]
	return object{
		"extGatekeeperIdentifier": identifier("ext-gatekeeper", i),
		"name":                    identifying("Nachbar " + host),
		"description":             fqdn(host),
		"enabled":                 i == 0,
		"ipAddress":               ipv4(20+i, 210),
		"prefixRange":             phone(600 + i),
		"password":                canary("gatekeeper-password", i),
		"postliminaryScript":      canary("gatekeeper-script", i),
	}
}

// sipPeer returns one of three peers; the second is a Microsoft server, which no document calls
// Lync. The name of the member with the type is inferred from "If Type is set to Microsoft".
func sipPeer(i int) object {
	host := []string{"sbc-telefonie", "lyncpool-isarwinkel", "callmanager-toelz"}[i]
	return object{
		"extSipPeerIdentifier": identifier("ext-sip-peer", i),
		"name":                 identifying("SIP " + host),
		"description":          identifying("Verbund mit " + string(fqdn(host))),
		"enabled":              i != 2,
		"type":                 []string{"OTHER", "MICROSOFT", "OTHER"}[i],
		"nextHopAddress":       fqdn(host),
		"port":                 5061,
		"transportType":        "TLS",
		"domainList":           []any{identifying("verbund." + domain)},
		"realm":                canary("sip-peer-realm", i),
		"userName":             identifying("dienst-" + host),
		"password":             canary("sip-peer-password", i),
		"postliminaryScript":   canary("sip-peer-script", i),
	}
}

func sbc(i int) object {
	return object{
		"extSbcIdentifier":   identifier("ext-sbc", i),
		"name":               identifying("Grenze Traunstein"),
		"enabled":            true,
		"ipAddress":          identifying("203.0.113.187"),
		"hostName":           fqdn("grenze-traunstein"),
		"description":        identifying("Übergang " + placeName(i) + ", betreut von " + personAt(i).last),
		"password":           canary("sbc-password", i),
		"realm":              canary("sbc-realm", i),
		"postliminaryScript": canary("sbc-script", i),
	}
}
