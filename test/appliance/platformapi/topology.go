package platformapi

import (
	"fmt"
)

// Each place has a hospital, a practice and an office.
var places = []struct{ name, slug string }{
	{"Bad Tölz", "badtoelz"}, {"Füssen", "fuessen"}, {"Garmisch", "garmisch"}, {"Königsdorf", "koenigsdorf"},
	{"Lenggries", "lenggries"}, {"Mühldorf", "muehldorf"}, {"Penzberg", "penzberg"}, {"Traunstein", "traunstein"},
	{"Übersee", "uebersee-chiemgau"},
}

var houses = []string{"Klinik", "Praxis", "Verwaltung"}

const placeCount = 27

func placeName(i int) string {
	i %= placeCount
	return houses[i/9] + " " + places[i%9].name
}

func placeSlug(i int) string {
	return places[i%9].slug
}

func topologySite(i int) object {
	return object{
		"siteIdentifier": identifier("site", i),
		"name":           identifying(placeName(i)),
		"description":    identifying("Standort " + placeName(i) + ", Ansprechpartner " + personAt(i).last),
		"territory":      identifying("Region " + places[i%3].name),
		"totalBandwidth": 20000 + 1000*(i%9),
		"callMaxBitRate": 4096,
		"isInternet":     false,
		"subnetList": []any{
			object{"ipAddress": ipv4(i, 0), "prefixLength": 24},
			object{"ipAddress": identifying(fmt.Sprintf("2001:db8:7a1e:%x::", 0x1000+i)), "prefixLength": 64},
		},
	}
}

// ipv4 returns an address of the private network of a place.
func ipv4(place, host int) identifying {
	return identifying(fmt.Sprintf("172.23.%d.%d", 100+place%placeCount, host))
}

func ipv6(place, host int) identifying {
	return identifying(fmt.Sprintf("2001:db8:7a1e:%x::%x", 0x1000+place%placeCount, 0x5a00+host))
}

func mac(i int) identifying {
	return identifying(fmt.Sprintf("00:e0:db:4c:%02x:%02x", 0x40+i/256, i%256))
}

// territory returns one of three territories, which divide the sites between them.
func territory(i int) object {
	return object{
		"territoryIdentifier": identifier("territory", i),
		"name":                identifying("Region " + places[i%3].name),
		"description":         identifying("Alle Standorte um " + places[i%3].name + ", zuständig " + personAt(i).last),
		"primaryClusterName":  identifying(clusters[i%3].host),
		"hostConferenceRooms": true,
	}
}

// deviceCredential returns the credential that a device logs in with.
func deviceCredential(i int) object {
	return object{
		"inboundIdentifier": identifier("inbound", i),
		"name":              identifying(deviceSlug(i)),
		"password":          canary("inbound-password", i),
	}
}
