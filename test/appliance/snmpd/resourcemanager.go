package snmpd

import "strconv"

// ResourceManagerPrefix is what all OIDs of a Resource Manager begin with.
const ResourceManagerPrefix = "1.3.6.1.4.1.13885.102.1.2"

// siteCount is that of the Platform API's stand-in.
const siteCount = 27

var places = []identifying{
	"Bad Tölz", "Füssen", "Garmisch", "Königsdorf", "Lenggries", "Mühldorf", "Penzberg", "Traunstein", "Übersee",
}

var houses = []identifying{"Klinik", "Praxis", "Verwaltung"}

// ResourceManager is a middling one: 27 sites, 31 links, 1873 of 5000 licences used by users, 41 of 60 audio endpoints
// and 288 of 312 video endpoints.
//
// Public are the objects' numbers, what most mean, and the order in which the site table's columns are told. Inferred
// are that those columns are 3 to 9, that rows are counted from 1, that .1.0 of endpoints are all and .2.0 those that
// are online, and that a status of provisioning and update is 1 when all is well.
func ResourceManager() []Object { return resourceManager(siteCount).objects() }

// ResourceManagerWithSites is the same with another number of sites.
func ResourceManagerWithSites(n int) []Object { return resourceManager(n).objects() }

func resourceManager(sites int) set {
	s := set{}
	s.system("rprm-isar-toelz")
	for number, value := range map[string]any{
		"20.1.0": 5000, "20.2.0": 1873, "20.3.0": 0, // licences: capability, usage, mode
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

// sites adds the site table: name, calls, bandwidth used in per cent, its total in Mbit/s, bit rate in kbit/s, loss in
// per cent, jitter and delay in milliseconds. The sum of calls of the first 27 sites is 66.
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

// siteName numbers the sites beyond those that there are names for.
func siteName(i int) identifying {
	name := houses[i/9%3] + " " + places[i%9]
	if i >= siteCount {
		name += identifying(" " + strconv.Itoa(i/siteCount+1))
	}
	return name
}
