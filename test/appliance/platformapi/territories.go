package platformapi

// territory is one of three, between which the sites are divided.
func territory(i int) object {
	return object{
		"territoryIdentifier": identifier("territory", i),
		"name":                identifying("Region " + places[i%3].name),
		"description":         identifying("Alle Standorte um " + places[i%3].name + ", zuständig " + someone(i).last),
		"primaryClusterName":  identifying(clusters[i%3].host),
		"hostConferenceRooms": true,
	}
}

// deviceCredential is what a device logs in with.
func deviceCredential(i int) object {
	return object{
		"inboundIdentifier": identifier("inbound", i),
		"name":              identifying(deviceSlug(i)),
		"password":          canary("inbound-password", i),
	}
}
