package snmpd

// RMXPrefix is what all OIDs of an RMX begin with.
const RMXPrefix = "1.3.6.1.4.1.13885.110.1"

// RMX is a virtual edition with four conferences.
//
// Public are the objects' numbers and what they are about. Inferred are the wording of the texts; that the statuses of
// H.323 and SIP are like that of the system, 1 disabled, 2 ok, 3 failed; that .2.17.1.0 to .2.17.4.0 are the video
// ports, those in use, the voice ports, those in use; and that .4.1.0 to .4.3.0 are the calls of the last minute that
// began, that ended and that failed.
func RMX() []Object { return rmx().objects() }

func rmx() set {
	s := set{}
	s.system("rmx-isar-toelz")
	for number, value := range map[string]any{
		"1.1.0": plain("8.8.1.3201"), "1.2.0": plain("2018-05-17"), "1.3.0": plain("SOFT_MCU_EDGE"), "1.6.0": 2,
		"2.7.1.0": 2, "2.8.1.0": 2,
		"2.17.1.0": gauge(80), "2.17.2.0": gauge(22), "2.17.3.0": gauge(40), "2.17.4.0": gauge(5),
		"4.1.0": gauge(6), "4.2.0": gauge(4), "4.3.0": gauge(1),
		"5.1.0": 4,
	} {
		s[RMXPrefix+"."+number] = value
	}
	return s
}
