package platformapi

import "fmt"

var clusters = []struct {
	host, status                   string
	servers                        int
	h323, sip, webrtc, licensedFor int
}{
	{"dma-isar-toelz", "IN_SERVICE", 2, 14, 37, 5, 400},
	{"dma-isar-fuessen", "IN_SERVICE", 2, 6, 21, 0, 400},
	{"dma-isar-traunstein", "BUSIED_OUT", 1, 0, 2, 0, 200},
}

// supercluster is the group of all clusters: three, with five servers.
func supercluster() object {
	return object{
		"superclusterName": identifying("Verbund Isarwinkel"),
		"joinPassword":     canary("supercluster-password", 0),
		"plcmDmaClusterList": list(len(clusters), func(i int) object {
			cluster := clusters[i]
			return object{
				"clusterIdentifier": identifier("cluster", i),
				"clusterName":       identifying(cluster.host),
				"virtualHostName":   fqdn(cluster.host),
				"virtualIp":         ipv4(i, 10),
				"status":            cluster.status,
				"softwareVersion":   softwareVersion(""),
				"plcmDmaServerList": list(cluster.servers, func(k int) object { return server(i, k) }),
			}
		}),
	}
}

func server(cluster, k int) object {
	return object{
		"hostName":       fqdn(fmt.Sprintf("%s-%d", clusters[cluster].host, k+1)),
		"managementIp":   ipv4(cluster, 11+k),
		"managementIpV6": ipv6(cluster, 0x700+k),
		"macAddress":     mac(900 + 10*cluster + k),
		"status":         "IN_SERVICE",
	}
}

func callStatistics() object {
	return object{"activeCallStatistics": list(len(clusters), func(i int) object {
		cluster := clusters[i]
		return object{
			"clusterName":    identifying(cluster.host),
			"h323Enabled":    true,
			"routedCallMode": true,
			"h323Calls":      cluster.h323,
			"sipCalls":       cluster.sip,
			"webrtcCalls":    cluster.webrtc,
			"callLimit":      cluster.licensedFor,
		}
	})}
}

// conferenceUsage returns the usage of a cluster's conference manager; the simulated agent has the
// same numbers.
func conferenceUsage(i int) object {
	cluster := clusters[i]
	return object{
		"clusterName":                  identifying(cluster.host),
		"clusterIdentifier":            identifier("cluster", i),
		"territoryName":                identifying("Region " + places[i].name),
		"activeConferences":            []int{6, 3, 0}[i],
		"activeConferenceParticipants": []int{41, 19, 0}[i],
		"totalVideoPorts":              []int{120, 80, 40}[i],
		"usedVideoPorts":               []int{34, 18, 0}[i],
		"totalVideoPortsHD":            []int{40, 26, 13}[i],
		"usedVideoPortsHD":             []string{"11", "6", "0"}[i], // typed as a string
		"totalSvcMcuPorts":             0,
		"usedSvcMcuPorts":              0,
		"totalVoicePorts":              []int{60, 40, 20}[i],
		"usedVoicePorts":               []int{7, 1, 0}[i],
		"localUsers":                   []int{90, 58, 0}[i],
		"customConferenceRooms":        []int{25, 13, 0}[i],
	}
}

func licenseStatus() object {
	return object{
		"hostName":                fqdn(clusters[0].host + "-1"),
		"serialNumber":            serialNumber,
		"hostId":                  mac(900), // a hardware address of its own (P3)
		"licensingScheme":         "CLARITI",
		"connectionStatus":        "CONNECT_SUCCESS",
		"licensingStatus":         "VALID",
		"licensedCalls":           1000,
		"licensingBurstAvailable": true,
		"licensingBurstEnabled":   false,
		"lastSuccessfulDate":      "2026-02-28T23:10:00+01:00",
		"lastAttemptDate":         "2026-03-01T13:40:00+01:00",

		"lastSuccessfulConnectionServer": fqdn("lizenz-toelz"),
		"licenseRequestToken":            canary("license-request-token", 0),
		"plcmLicenseFeatureList": object{"plcmLicenseFeatureList": []any{
			feature("CONCURRENT_CALLS", 1000, false),
			feature("HIGH_SECURITY", 0, true),
			feature("SHARED_NUMBER_DIALING", 0, true),
		}},
	}
}

// feature returns a licensed feature: if it is countable, it expires; otherwise it is permanent.
// The times are those of its borrow window.
func feature(name string, count int, perpetual bool) object {
	licensed := object{
		"name": name, "counted": count > 0, "count": count, "perpetual": perpetual,
		"startDate": "2025-04-01T00:00:00+02:00",
		// their contents are not documented
		"plcmLicenseFeatureStatus": object{}, "plcmLicenseFeatureVersion": object{},
	}
	if !perpetual {
		licensed["expirationDate"] = "2027-03-31T23:59:59+02:00"
	}
	return licensed
}
