package leak

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"

	"polycom.com/usagedata/core/kind"
)

// namesIn returns the [Names] that a machine with these files learns.
func namesIn(t *testing.T, files map[string]string) Names {
	t.Helper()
	all := maps.Clone(bare)
	maps.Copy(all, files)
	names, err := machineOf(t, "localhost", all).names()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// gateWithFiles returns a [Gate] that knows the names of a machine with these files and nothing else.
func gateWithFiles(t *testing.T, files map[string]string) *Gate {
	t.Helper()
	return New(namesIn(t, files), Pseudonymized{}, nil)
}

// P9: the labels of the appliance's own domain and the words of its host name are names by
// themselves, unless they are ordinary words.
func TestP9PartsOfTheOwnName(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"host name": {"etc/hostname": "kassel-mcu01.nordwerk.example\n"},
		"hosts file": {"etc/hostname": "kassel-mcu01\n",
			"etc/hosts": "127.0.1.1 Kassel-MCU01.nordwerk.example kassel-mcu01\n"},
		"search domain":   {"etc/hostname": "kassel-mcu01", "etc/resolv.conf": "search nordwerk.example\n"},
		"mail":            {"etc/hostname": "kassel-mcu01", "etc/mailname": "kassel-mcu01.nordwerk.example\n"},
		"long suffix":     {"etc/hostname": "kassel-mcu01.dc2.prod.nordwerk.co.uk"},
		"below a product": {"etc/hostname": "kassel-mcu01.polycom.nordwerk.com.au"},
	} {
		t.Run(name, func(t *testing.T) {
			g := gateWithFiles(t, files)
			finds(t, g, map[string]string{
				"nordwerk": RuleDomain, "2.0-Nordwerk": RuleDomain, "1.0-kassel": RuleHost,
				"kassel-mcu01": RuleHost, "KASSEL_MCU01": RuleHost, "kasselmcu01": RuleHost,
				"example": "", "co.uk": "", "com.au": "", "mcu 6.4.0": "", "prod": "",
			})
		})
	}
	finds(t, gateWithFiles(t, map[string]string{"etc/hostname": "video-conference-core.office.test\n"}),
		map[string]string{
			"conference": "", "video calls": "", "office": "", "test": "", "core": "",
			"video-conference-core": RuleHost,
		})
	finds(t, gateWithFiles(t, map[string]string{"etc/hostname": "10.1.2.3.kassel.178.example\n"}),
		map[string]string{"178": "", "6.4.0.178": "", "kassel": RuleDomain})
}

// P9: if the vendor's name is part of a host's domain, it is still a word of the product, which
// stays in the document.
func TestP9TheProductsWordsAreNoNames(t *testing.T) {
	names := namesIn(t, map[string]string{"etc/hostname": "bridge-kassel.polycom.example"})
	finds(t, New(names, Pseudonymized{}, nil), map[string]string{"Polycom bridge": RuleDomain})
	finds(t, New(names.With(Configured{Words: []string{"Polycom Acme MCU"}}), Pseudonymized{}, nil), map[string]string{
		"Polycom": "", "kassel": RuleHost, "polycom.example": RuleDomain,
	})
}

func utf16Of(order string, text string) string {
	out := []byte(map[string]string{"le": "\xff\xfe", "be": "\xfe\xff"}[order])
	for _, unit := range utf16.Encode([]rune(text)) {
		if order == "le" {
			out = append(out, byte(unit), byte(unit>>8))
		} else {
			out = append(out, byte(unit>>8), byte(unit))
		}
	}
	return string(out)
}

// P11: names are found in any encoding that the file may have, from its first line on.
func TestP11Encodings(t *testing.T) {
	const passwd = "jm:x:1000:1000:Jos\xe9 Mart\xednez,Room 9,+49 561 " +
		"98765432:/home/jm:/bin/bash\nok:x:1001:1001:G\xc3\xbcnter Gr\xc3\xbcn:/:/bin/sh\n" +
		"eu:x:1002:1002:Anna \x8akoda:/:/bin/sh\n"
	user := RuleUser
	finds(t, gateWithFiles(t, map[string]string{"etc/passwd": passwd}), map[string]string{
		"José Martínez": user, "by josé": user, "MARTÍNEZ": user, "Martínez, José": user, "Martínez José": user,
		"Jos\ufffd Mart\ufffdnez": user,
		"+49 561 98765432":        user, "Günter": user, "Anna Škoda": user, "škoda": user, "Room": "", "wait 9 s": "",
	})
	const hosts = "10.9.8.7 pbx-kassel\r\n10.9.8.6\tpbx-marburg\r\n"
	for name, text := range map[string]string{
		"UTF-8": "\ufeff" + hosts, "UTF-16LE": utf16Of("le", hosts), "UTF-16BE": utf16Of("be", hosts), "none": hosts,
		"CR":        strings.ReplaceAll(hosts, "\r\n", "\r"),
		"two files": "10.9.8.7 pbx-kassel\n\ufeff10.9.8.6\ufeff pbx-marburg\n", "NUL": strings.ReplaceAll(hosts, "\r\n",
			"\x00\n"), "Latin-1": "\xef\xbb\xbf# f\xfcr Kassel\n" + hosts,
	} {
		t.Run(name, func(t *testing.T) {
			finds(t, gateWithFiles(t, map[string]string{"etc/hosts": text}), map[string]string{
				"10.9.8.7": RuleHosts, "10.9.8.6": RuleHosts, "pbx-kassel": RuleHosts, "pbx-marburg": RuleHosts,
				"10.9.8.5": "",
			})
		})
	}
	finds(t, gateWithFiles(t, map[string]string{"etc/hostname": "\ufeffm\xfcnster-mcu\n"}),
		map[string]string{"münster": RuleHost, "Münster-MCU": RuleHost})
}

// P11: each word of a full name is a person's name, in any order, unless the word describes the
// purpose of the account.
func TestP11FullNames(t *testing.T) {
	const passwd = "aw:x:1000:1000:Anna Maria Weber:/:/bin/sh\nsk:x:1001:1001:Sokolov, " +
		"Katja:/:/bin/sh\nadm:x:1002:1002:System Administrator:/:/bin/sh\n" +
		"li:x:1003:1003:Li Na:/:/bin/sh\n"
	user := RuleUser
	finds(t, gateWithFiles(t, map[string]string{"etc/passwd": passwd}), map[string]string{
		"Anna Maria Weber": user, "Weber, Anna Maria": user, "weber anna maria": user, "dear anna": user, "maria": user,
		"WEBER":         user,
		"Katja Sokolov": user, "Sokolov, Katja": user, "sokolov": user, "System Administrator": user,
		"administrator": "",
		"system":        "",
		"Li Na":         user, "Na, Li": user, "list": "", "name": "",
	})
}

// P12: words in a comment are not names, wherever the comment begins.
func TestP12Comments(t *testing.T) {
	g := gateWithFiles(t, map[string]string{
		"etc/resolv.conf": "search kassel.example # Too many search domains configured\n" +
			"search marburg.example;verbose logging\n" +
			"; domain commented.example\nnameserver 10.9.8.7#remark\n",
		"etc/hosts": "10.9.8.6 pbx-kassel #wintertime\n10.9.8.5 pbx-marburg ; summertime\n#10.9.8.4 " +
			"pbx-old\n",
		"etc/hostname":               "# written by hand\nkassel-mcu01 # springtime\n",
		"etc/ntp.conf":               "server 10.9.8.3 # autumntime\n#server 10.9.8.2\n",
		"etc/chrony.conf":            "! server 10.9.8.1\nserver 10.9.7.1 iburst\n",
		"etc/systemd/timesyncd.conf": "[Time]\n#NTP=10.9.7.2\nNTP=10.9.7.3 ; nighttime\n",
		"etc/snmp/snmpd.conf":        "# sysName daytime\nsysLocation Room 4\ntrapsink 10.9.7.4 # lifetime\n",
	})
	finds(t, g, map[string]string{
		"many": "", "domains": "", "configured": "", "Too": "", "verbose": "", "logging": "", "commented.example": "",
		"remark": "", "wintertime": "", "summertime": "",
		"pbx-old": "", "10.9.8.4": "", "10.9.8.2": "", "10.9.8.1": "", "10.9.7.2": "", "springtime": "",
		"autumntime": "",
		"nighttime":  "", "daytime": "", "lifetime": "",
		"written": "", "hand": "",
		"marburg.example": RuleDomain, "10.9.8.7": RuleNameServer, "pbx-kassel": RuleHosts,
		"pbx-marburg": RuleHosts, "10.9.8.3": RuleTimeServer, "10.9.7.1": RuleTimeServer,
		"10.9.7.3": RuleTimeServer,
		"10.9.7.4": RuleSNMP,
	})
}

// P16: the host knows the serial numbers of its system, but not the placeholders that manufacturers
// leave there.
func TestP16OwnSerial(t *testing.T) {
	names := namesIn(t, map[string]string{
		"sys/class/dmi/id/product_serial":            " 8K31774250D1EA\n",
		"sys/class/dmi/id/chassis_serial":            "To Be Filled By O.E.M.\n",
		"sys/class/dmi/id/board_serial":              "0123456789\n",
		"sys/firmware/devicetree/base/serial-number": "10000000abcd1234\x00",
	})
	for text, want := range map[string]bool{
		"8k31774250d1ea": true, "8K31774250D1EA ": true, "10000000ABCD1234": true, "8K31774250D1E": false,
		"To Be Filled By O.E.M.": false,
		"0123456789":             false, "": false, "None": false, "10000000abcd1234\x00": false,
	} {
		if got := names.OwnSerial(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	if namesIn(t, nil).OwnSerial("") || (Names{}).OwnSerial("8K31774250D1EA") {
		t.Error("without firmware: got a serial number of its own")
	}
	finds(t, gateWithFiles(t, map[string]string{"etc/hostname": "8k31774250d1ea",
		"sys/class/dmi/id/product_serial": "8K31774250D1EA\n"}), map[string]string{
		"8K31774250D1EA": RuleHost, // it is for the caller to let a serial number pass
	})
}

// ANON-1: a special file in place of a regular one neither blocks nor counts as a file without
// names.
func TestHostileFiles(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"pipe":    func(path string) error { return syscall.Mkfifo(path, 0o644) },
		"folder":  func(path string) error { return os.Mkdir(path, 0o755) },
		"loop":    func(path string) error { return os.Symlink(path, path) },
		"device":  func(path string) error { return os.Symlink("/dev/zero", path) },
		"huge":    func(path string) error { return os.WriteFile(path, make([]byte, 10<<20), 0o644) },
		"dangles": func(path string) error { return os.Symlink("nowhere", path) },
	} {
		for _, file := range []string{"etc/hosts", "etc/passwd", "etc/hostname", "etc/resolv.conf", "etc/ntp.conf",
			"etc/snmp/snmpd.conf"} {
			files := maps.Clone(bare)
			files["etc/snmp/keep"] = ""
			dir := machineOf(t, "localhost", files).root
			path := filepath.Join(dir, file)
			if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			optional := slices.Contains([]string{"etc/ntp.conf", "etc/snmp/snmpd.conf"}, file) && name != "huge" ||
				slices.Contains([]string{"etc/hostname", "etc/resolv.conf"}, file) && name == "dangles"
			if _, err := Appliance(dir); (err == nil) != optional {
				t.Errorf("%s as %s: got %v, want an error: %v", file, name, err, !optional)
			}
		}
	}
}

// ANON-1: a line that is longer than any parser expects is read as a whole.
func TestLongLine(t *testing.T) {
	g := gateWithFiles(t, map[string]string{"etc/hosts": "10.9.8.7 " + strings.Repeat("localhost ", 500_000) +
		"pbx-kassel\n"})
	finds(t, g, map[string]string{"pbx-kassel": RuleHosts})
}

// ANON-1, P13: names in the service's own configuration are found, and are not shown.
func TestP13ConfiguredNames(t *testing.T) {
	names := namesIn(t, nil).With(Configured{
		Names: func(yield func(kind.Kind, string) bool) {
			for text, k := range map[string]kind.Kind{
				"proxy.nordwerk.example": kind.Hostname, "weserwind.example": kind.Hostname, "10.9.8.7": kind.Hostname,
				"127.0.0.1": kind.Hostname, "mcu": kind.Hostname, "server": kind.Hostname,
				"Weserbergland GmbH": kind.Name, "Polycom Inc.": kind.Name, "Internet Widgits Pty Ltd": kind.Name,
				"apiuser7": kind.User, "48213": kind.User,
				"postgres": kind.User, "usagedata": kind.User, "noc@marburg.example": kind.Email,
			} {
				if !yield(k, text) {
					return
				}
			}
		},
		Secrets: slices.Values([]string{"Tr0ub4dor&3", "short", "public", "p\xe4sswort"}),
		Words:   []string{"Polycom Acme MCU"},
	})
	c := RuleConfigured
	finds(t, New(names, Pseudonymized{}, nil), map[string]string{
		"proxy.nordwerk.example": c, "weserwind": c, "proxy": "", "nordwerk": c, "10.9.8.7": c, "127.0.0.1": "",
		"mcu":    "",
		"server": "", "Weserbergland GmbH": c, "weserbergland": c,
		"Polycom Inc.": "", "Internet Widgits Pty Ltd": "", "apiuser7": c, "48213": c, "PostgreSQL 15.4": "",
		"noc@marburg.example": c, "usage_data.counts has no column users": "",
		"auth Tr0ub4dor&3": RuleSecret, "VHIwdWI0ZG9yJjM=": RuleSecret, "short": "", "public": "",
		"pässwort": RuleSecret,
	})
	if rule, found := New(Names{}.With(Configured{}), Pseudonymized{}, nil).Find("harmless", nil); !found ||
		rule != RuleBlind {
		t.Errorf("without the appliance's names: got %q %v, want nothing to pass", rule, found)
	}
}
