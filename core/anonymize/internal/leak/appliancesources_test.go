package leak

import (
	"strings"
	"testing"
)

// P13: each system file that names this appliance or its neighbors is read.
func TestP13Sources(t *testing.T) {
	const ntp = "driftfile /var/lib/ntp/drift\nserver -4 clock.kassel.example iburst\npeer 10.9.8.7\nserver " +
		"127.127.1.0\npool 0.debian.pool.ntp.org iburst\nserver ntp\n" +
		"pool ntp.ubuntu.com\nserver time.google.com\n"
	const resolved = "[Resolve]\nDNS=10.9.8.7#dns.marburg.example [2001:db8::5]:853%eth0\nDomains=~kassel.example\n"
	clock, name, domain := RuleTimeServer, RuleNameServer, RuleDomain
	snmp, network, host := RuleSNMP, RuleNetwork, RuleHost
	ntps := map[string]string{
		"clock.kassel.example": clock, "kassel": clock, "10.9.8.7": clock, "0.debian.pool.ntp.org": "", "debian": "",
		"ntp": "", "ubuntu": "", "google": "", "127.127.1.0": "",
	}
	resolves := map[string]string{"10.9.8.7": name, "dns.marburg.example": name, "2001:db8::5": name,
		"kassel.example": domain, "kassel": domain}
	agent := map[string]string{
		"kassel-mcu01": host, "kassel": host, "Wilhelmsallee 9": snmp, "Anna Weber <anna@marburg.example>": snmp,
		"mail anna@marburg.example": snmp,
	}
	for path, tt := range map[string]struct {
		text string
		want map[string]string
	}{
		"etc/ntp.conf": {ntp, ntps}, "etc/ntpsec/ntp.conf": {ntp, ntps}, "etc/chrony.conf": {ntp, ntps},
		"etc/chrony/chrony.conf":     {ntp, ntps},
		"etc/chrony/conf.d/own.conf": {ntp, ntps}, "etc/chrony/sources.d/own.sources": {ntp, ntps},
		"etc/systemd/timesyncd.conf": {"[Time]\nNTP=clock.kassel.example " +
			"10.9.8.7\nFallbackNTP=0.debian.pool.ntp.org time.google.com\n", ntps},
		"etc/systemd/timesyncd.conf.d/own.conf": {"[Time]\nNTP=clock.kassel.example 10.9.8.7\n", ntps},
		"etc/systemd/resolved.conf":             {resolved, resolves},
		"etc/systemd/network/10-lan.network": {strings.ReplaceAll(resolved, "Resolve",
			"Network"), resolves},
		"run/systemd/resolve/resolv.conf": {"nameserver 10.9.8.7\nsearch kassel.example .\n",
			map[string]string{"10.9.8.7": name, "kassel": domain, "a.b": ""}},
		"etc/sysconfig/network-scripts/ifcfg-e0": {"DNS1=\"10.9.8.7\"\nDOMAIN='kassel.example'\n" +
			"HWADDR=00:e0:db:12:34:59\n",
			map[string]string{"10.9.8.7": name, "kassel": domain, "00e0.db12.3459": RuleMAC}},
		"etc/network/interfaces": {"iface e0 inet static\n  dns-search kassel.example\n  " +
			"dns_nameservers 10.9.8.7\n  gateway 10.9.8.1\n  hostname mcu-fulda\n", map[string]string{"10.9.8.7": name,
			"kassel": domain, "10.9.8.1": network, "mcu-fulda": host}},
		"etc/NetworkManager/system-connections/lan.nmconnection": {
			"[ipv4]\ndns=10.9.8.7;10.9.8.6;\ndns-search=kassel.example;\n",
			map[string]string{"10.9.8.7": name, "10.9.8.6": name, "kassel": domain}},
		"etc/snmp/snmpd.conf": {"sysName kassel-mcu01\nsysLocation\t Wilhelmsallee 9\nsyscontact \"Anna Weber " +
			"<anna@marburg.example>\"\ntrapsink udp:10.9.8.7:162 traps3cret\n" +
			"trap2sink nms.fulda.example public\ntrapsess -v 2c -c x 10.9.8.6\ncom2sec -Cn ctx readers 10.9.5.0/24 " +
			"c0mmunity\nrocommunity reads3cret 10.9.8.5\ncom2sec local default public\n",
			map[string]string{
				"kassel-mcu01": host, "kassel": host, "Wilhelmsallee 9": snmp,
				"Anna Weber <anna@marburg.example>": snmp,
				"mail anna@marburg.example":         snmp,
				"10.9.8.7":                          snmp, "traps3cret": snmp, "nms.fulda.example": snmp, "fulda": snmp,
				"10.9.8.6":  snmp,
				"10.9.5.0":  snmp,
				"c0mmunity": snmp, "reads3cret": snmp,
				"10.9.8.5": snmp, "public": "", "default": "", "readers": "",
			}},
		"var/lib/snmp/snmpd.conf": {"psysname kassel-mcu01\npsyslocation Wilhelmsallee 9\npsyscontact Anna Weber " +
			"<anna@marburg.example>\n", agent},
		"etc/snmp/snmpd.conf.d/usual.conf": {"sysLocation Sitting on the Dock of the Bay\nsysContact Me " +
			"<me@example.org>\nsysName unknown\n", map[string]string{
			"Sitting on the Dock of the Bay": "", "me@example.org": "", "dock": "",
		}},
		"etc/mailname": {"kassel-mcu01.marburg.example\n", map[string]string{"kassel-mcu01": host, "marburg": domain}},
		"etc/machine-info": {"PRETTY_HOSTNAME=\"Große Brücke\"\nLOCATION=\"Keller Ost\"\nCHASSIS=vm\n",
			map[string]string{"Große Brücke": host, "keller ost": host}},
		"etc/krb5.conf": {"[libdefaults]\n default_realm = KASSEL.EXAMPLE\n[logging]\n kdc = " +
			"FILE:/var/log/krb5kdc.log\n[realms]\n KASSEL.EXAMPLE = {\n  kdc = ad1.kassel.example:88\n }\n" +
			"[domain_realm]\n .marburg.example = KASSEL.EXAMPLE\n[appdefaults]\n pam = {\n }\n",
			map[string]string{"kassel.example": domain, "kassel": domain, "ad1.kassel.example:88": network,
				"marburg": domain, "pam": "", "logging": ""}},
		"etc/samba/smb.conf": {"[global]\n workgroup = KASSEL\n netbios name = MARBURG7\n server " +
			"string = Samba %v\n wins server = 10.9.8.7\n",
			map[string]string{"kassel": domain, "marburg7": host, "samba 4": "",
				"samba %v": "", "10.9.8.7": network}},
		"etc/sssd/sssd.conf": {"[sssd]\ndomains = " +
			"kassel.example\n[domain/kassel.example]\nldap_uri = ldaps://ad.fulda.example:636\nldap_search_base = " +
			"ou=people,dc=marburg,dc=example\n", map[string]string{"kassel": domain, "ad.fulda.example": network,
			"marburg": domain, "people": ""}},
		"etc/machine-id": {"0123456789abcdef0123456789abcdee\n",
			map[string]string{"0123456789abcdef0123456789abcdee": RuleMachine,
				"01234567-89AB-CDEF-0123-456789ABCDEE": RuleMachine}},
		"sys/class/net/bond0/address": {"00:e0:db:12:34:59\n",
			map[string]string{"00-E0-DB-12-34-59": RuleMAC}},
		"sys/class/net/lo/address": {"00:00:00:00:00:00\n", map[string]string{"00:00:00:00:00:00": ""}},
		"sys/class/net/e0/bonding_slave/perm_hwaddr": {"00:e0:db:12:34:59\n",
			map[string]string{"fe80::2e0:dbff:fe12:3459": RuleMAC}},
	} {
		t.Run(path, func(t *testing.T) { finds(t, gateWithFiles(t, map[string]string{path: tt.text}), tt.want) })
	}
}
