package platformapi

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// The customer is invented: its domain can't exist, and its phone numbers are reserved for fiction.
const domain = "klinikum-isarwinkel.example"

var firstNames = []string{
	"Jürgen", "Brünhild", "Günther", "Annegret", "Elisabetha", "Françoise", "Bartłomiej", "Siegfried",
	"Wilhelmine", "Mélanie", "Kunigunde", "Ottokar", "Theodora", "Øystein", "Zdeněk", "Adalbert",
}

var lastNames = []string{
	"Schönfelder", "Mühlbauer", "Großkopf", "Obermayr", "Vögelsang", "Hintermoser", "Łukasiewicz", "Brandstätter",
	"Kirchleitner", "Sørensen", "Niedermüller", "Pfaffenwimmer", "Rosenzweig", "Šafařík", "Unterholzer", "Zwiebelhofer",
}

var ascii = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "ł", "l", "ø", "o", "š", "s", "ř", "r",
	"í", "i", "é", "e", "ě", "e", "ç", "c")

type person struct{ first, last string }

// personAt returns one of 256 people; the 148 local users are the first of them.
func personAt(i int) person {
	return person{firstNames[i%16], lastNames[(i/16+i)%16]}
}

// login keeps its umlauts for one in ten people, as directories do.
func (p person) login(i int) string {
	name := strings.ToLower(p.first + "." + p.last)
	if i%10 == 0 {
		return name
	}
	return ascii.Replace(name)
}

func (p person) email() string {
	return ascii.Replace(strings.ToLower(p.first+"."+p.last)) + "@" + domain
}

func owner(i int) identifying {
	return identifying(`LOCAL\` + personAt(i).login(i))
}

func user(i int) object {
	who := personAt(i)
	return object{
		"userIdentifier":  identifier("user", i),
		"username":        identifying(who.login(i)),
		"domain":          "LOCAL",
		"firstName":       identifying(who.first),
		"lastName":        identifying(who.last),
		"emailAddress":    identifying(who.email()),
		"telephoneNumber": identifying(fmt.Sprintf("+49 89 99998 %03d", 700+i)),
		"password":        canary("user-password", i),
		"chairPasscode":   canary("user-chair-passcode", i),
		"passcode":        canary("user-passcode", i),
		"disabled":        i%29 == 28,
		"locked":          false,
	}
}

func group(i int) object {
	return object{
		"groupIdentifier": identifier("group", i),
		"groupName":       identifying("Verteiler " + places[i%len(places)].name),
		"domain":          "LOCAL",
		"description":     identifying("Alle Anschlüsse in " + places[i%len(places)].name),
	}
}

func room(i int) object {
	return object{
		"roomIdentifier": identifier("room", i),
		"roomName":       identifying(fmt.Sprintf("Besprechung %s %02d", placeName(i), i)),
		"roomNumber":     phone(500 + i),
		"owner":          owner(i),
		"site":           identifying(placeName(i)),
		"chairPasscode":  canary("room-chair-passcode", i),
		"passcode":       canary("room-passcode", i),
	}
}

// conferenceRoom is a virtual room for calls; [room] is the account of a physical room.
func conferenceRoom(i int) object {
	return object{
		"conferenceRoomIdentifier": phone(500 + i),
		"conferenceRoomName":       identifying(fmt.Sprintf("Konferenz %s %02d", placeName(i), i)),
		"dialInNumber":             phone(500 + i),
		"owner":                    owner(i),
		"chairPasscode":            canary("conference-room-chair-passcode", i),
		"passcode":                 canary("conference-room-passcode", i),
	}
}

// identifier returns the product's own identifier of an object, which also identifies it at the
// customer's site.
func identifier(kind string, i int) identifying {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", kind, i))
	return identifying(fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]))
}

// canary returns a secret whose text shows where it was read.
func canary(place string, i int) credential {
	sum := sha256.Sum256(fmt.Appendf(nil, "canary %s %d", place, i))
	return credential(fmt.Sprintf("canary-%s-%x", place, sum[:6]))
}

// phone returns a number of 12 digits.
func phone(i int) identifying {
	return identifying(fmt.Sprintf("498999998%03d", i))
}

func sipURI(name string) identifying {
	return identifying("sip:" + name + "@" + domain)
}

func fqdn(host string) identifying {
	return identifying(host + "." + domain)
}

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
