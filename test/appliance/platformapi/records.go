package platformapi

import "fmt"

func conference(i int) object {
	return object{
		"conferenceIdentifier":     identifier("conference", i),
		"conferenceRoomIdentifier": phone(500 + i),
		"conferenceName":           identifying("Visite " + placeName(i)),
		"ownerUsername":            owner(i),
		"startTime":                fmt.Sprintf("2026-03-01T13:%02d:00+01:00", 5*i),
		"participantCount":         2 + 3*i%11,
		"conferencePasscode":       canary("conference-passcode", i),
		"chairpersonPasscode":      canary("conference-chair-passcode", i),
	}
}

func logArchive(i int) object {
	host := clusters[i].host
	return object{
		"logArchiveIdentifier": identifier("log-archive", i),
		"fileName":             identifying("Protokoll_" + host + ".zip"),
		"hostName":             fqdn(host + "-1"),
		"createdBy":            owner(i),
		"creationTime":         fmt.Sprintf("2026-02-2%dT06:00:00+01:00", i),
		"fileSize":             48_000_000 + 1_000_000*i,
	}
}

func eula(i int) object {
	return object{
		"eulaIdentifier": identifier("eula", i),
		"acceptedBy":     identifying(someone(i).first + " " + someone(i).last),
		"companyName":    identifying("Klinikum Isarwinkel gGmbH"),
		"acceptedFrom":   ipv4(0, 50+i),
		"acceptanceTime": fmt.Sprintf("202%d-04-01T09:30:00+02:00", 4+i),
		"eulaVersion":    fmt.Sprintf("%d.0", i+1),
	}
}
