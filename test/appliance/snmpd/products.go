package snmpd

import "strconv"

// DMAPrefix is the prefix of all OIDs of a DMA.
const DMAPrefix = "1.3.6.1.4.1.13885.13.2"

var clusters = []identifying{"dma-isar-toelz", "dma-isar-fuessen", "dma-isar-traunstein"}

// DMA returns the supercluster of the Platform API's stand-in, which has three clusters.
//
// The columns' numbers and meanings are public. Inferred are the rows' index, counted from 1 in all
// tables; that licenses, conferences and registrations have a row for each cluster; and the name in
// column 2 if it is not known of that table.
//
// Summed over the clusters: 1000 licensed calls of which 85 are active, 9 conferences with 60
// participants, 240 video and 120 voice ports of which 52 and 8 are used, 148 local users, 21
// rooms, 288 active and 8 inactive registrations.
func DMA() []Object { return dma().objects() }

func dma() set {
	s := set{DMAPrefix + ".2.3.1.0": len(clusters)}
	s.system(clusters[0])
	names := each(len(clusters), func(i int) identifying { return clusters[i] })
	s.table(DMAPrefix+".2.3.2.1", map[int][]any{2: names, 3: column(1, 1, 2)})
	s.table(DMAPrefix+".2.3.3.1", map[int][]any{2: names, 3: column(1, 1, 1), 4: column(400, 400, 200),
		5: column(56, 27, 2)})
	s.table(DMAPrefix+".3.2.1.2.1", map[int][]any{
		2: names, 3: column(6, 3, 0), 4: column(41, 19, 0),
		5: column(120, 80, 40), 6: column(34, 18, 0), 7: column(60, 40, 20), 8: column(7, 1, 0),
		9: column(90, 58, 0), 10: column(14, 7, 0),
	})
	s.table(DMAPrefix+".3.3.1.2.1", map[int][]any{2: names, 3: column(170, 118, 0), 4: column(5, 3, 0)})
	return s
}

// ResourceManagerPrefix is the prefix of all OIDs of a Resource Manager.
const ResourceManagerPrefix = "1.3.6.1.4.1.13885.102.1.2"

// siteCount is the number of sites of the simulated Platform API.
const siteCount = 27

var places = []identifying{
	"Bad Tölz", "Füssen", "Garmisch", "Königsdorf", "Lenggries", "Mühldorf", "Penzberg", "Traunstein", "Übersee",
}

var houses = []identifying{"Klinik", "Praxis", "Verwaltung"}

// ResourceManager returns a medium-sized one: 27 sites, 31 links, 1873 of 5000 licenses used by
// users, 41 of 60 audio endpoints and 288 of 312 video endpoints.
//
// The objects' numbers, most meanings, and the order of the site table's columns are public.
// Inferred are that those columns are 3 to 9, that rows are counted from 1, that .1.0 of endpoints
// are all and .2.0 those that are online, and that a status of provisioning and update is 1 if all
// is well.
func ResourceManager() []Object { return resourceManager(siteCount).objects() }

// ResourceManagerWithSites returns the same with another number of sites.
func ResourceManagerWithSites(n int) []Object { return resourceManager(n).objects() }

func resourceManager(sites int) set {
	s := set{}
	s.system("rprm-isar-toelz")
	for number, value := range map[string]any{
		"20.1.0": 5000, "20.2.0": 1873, "20.3.0": 0, // licenses: capability, usage, mode
		"23.1.0": gauge(60), "23.2.0": gauge(41),
		"24.1.0": gauge(312), "24.2.0": gauge(288),
		"16.1.0": 1,                          // redundancy: in service
		"2.1.0":  1, "2.2.0": 3, "2.3.0": 57, // provisioning: status, failures, successes
		"3.1.0": 1, "3.2.0": 1, "3.3.0": 12, // software update
		"14.3.0": sites, "14.5.0": sites + 4,
	} {
		s[ResourceManagerPrefix+"."+number] = value
	}
	s.sites(sites)
	return s
}

// sites adds the site table: name, calls, bandwidth used in percent, its total in Mbit/s, bit rate
// in kbit/s, loss in percent, jitter and delay in milliseconds. The sum of calls of the first 27
// sites is 66.
func (s set) sites(n int) {
	number := func(value func(i int) int) []any { return each(n, value) }
	s.table(ResourceManagerPrefix+".14.4.1", map[int][]any{
		2: each(n, siteName),
		3: number(func(i int) int { return i % 9 % 7 }),
		4: number(func(i int) int { return 7 * i % 90 }),
		5: number(func(i int) int { return 20 + i%9 }),
		6: number(func(i int) int { return 512 + 64*(i%9) }),
		7: number(func(i int) int { return i % 2 }),
		8: number(func(i int) int { return 3 + i%5 }),
		9: number(func(i int) int { return 18 + i%30 }),
	})
}

// siteName numbers the sites for which there is no name.
func siteName(i int) identifying {
	name := houses[i/9%3] + " " + places[i%9]
	if i >= siteCount {
		name += identifying(" " + strconv.Itoa(i/siteCount+1))
	}
	return name
}

// rmxPrefix is the prefix of all OIDs of an RMX.
const rmxPrefix = "1.3.6.1.4.1.13885.110.1"

// RMX returns a virtual edition.
//
// The objects' numbers and subjects are public, that all statuses are 1 disabled, 2 ok, 3 failed,
// and that the agent has ENTITY-MIB. Inferred are the wording of the texts and the types of the
// numbers.
func RMX() []Object { return rmx().objects() }

// RMXSerial is the serial number of the virtual edition's chassis in ENTITY-MIB.
const RMXSerial = "8L30550981C4D1"

func rmx() set {
	s := set{}
	s.system("rmx-isar-toelz")
	for number, value := range map[string]any{
		"1.1.0": plain("Polycom RealPresence Collaboration Server 8.8.1.3201"), "1.2.0": plain("2018-05-17"),
		"1.3.0": plain("SOFT_MCU_EDGE"), "1.6.0": 2,
		"2.7.1.0": 2, "2.8.1.0": 2, // H.323, SIP
	} {
		s[rmxPrefix+"."+number] = value
	}
	s.table("1.3.6.1.2.1.47.1.1.1.1", map[int][]any{ // class, name and serial number of the chassis
		5: column(3), 7: {identifying("rmx-isar-toelz-1")}, 11: {plain(RMXSerial)},
	})
	return s
}
