package leak

import (
	"net/url"
	"strings"

	"polycom.com/usagedata/core/kind"
)

// keys are the settings that hold a name, of all programs that have files of `key = value`: a key
// means the same in each of them.
var keys = map[string]func(l *learner, value string){
	// systemd: resolved, networkd, timesyncd, hostnamed
	"dns": (*learner).nameServers, "fallbackdns": (*learner).nameServers, "domains": (*learner).searched,
	"ntp": (*learner).ntpServers, "fallbackntp": (*learner).ntpServers,
	"pretty_hostname": (*learner).hostText, "location": (*learner).hostText,
	// NetworkManager and the network scripts of Red Hat
	"dns-search": (*learner).searched, "search": (*learner).searched, "domain": (*learner).searched,
	"dns1": (*learner).nameServers, "dns2": (*learner).nameServers, "dns3": (*learner).nameServers,
	"hostname": (*learner).hostnames, "dhcp_hostname": (*learner).hostnames, "dhcp-hostname": (*learner).hostnames,
	"nisdomain": (*learner).searched, "identity": (*learner).account,
	"gateway": (*learner).neighbors, "hwaddr": (*learner).hardware, "macaddr": (*learner).hardware,
	"mac-address": (*learner).hardware,
	// Kerberos
	"default_realm": (*learner).searched, "default_domain": (*learner).searched, "kdc": (*learner).neighbors,
	"admin_server": (*learner).neighbors, "kpasswd_server": (*learner).neighbors,
	"master_kdc": (*learner).neighbors, "primary_kdc": (*learner).neighbors,
	// Samba
	"workgroup": (*learner).searched, "netbios name": (*learner).hostnames, "netbios aliases": (*learner).hostnames,
	"realm": (*learner).searched, "password server": (*learner).neighbors,
	"wins server": (*learner).neighbors, "server string": (*learner).hostText,
	// sssd
	"ad_domain": (*learner).searched, "ad_server": (*learner).neighbors, "ad_hostname": (*learner).hostnames,
	"ipa_domain": (*learner).searched, "ipa_server": (*learner).neighbors,
	"ipa_hostname": (*learner).hostnames, "krb5_realm": (*learner).searched, "krb5_server": (*learner).neighbors,
	"ldap_uri": (*learner).neighbors, "ldap_search_base": (*learner).tree,
	"ldap_default_bind_dn": (*learner).tree, "dns_discovery_domain": (*learner).searched,
}

// keyed reads a file of settings.
func (l *learner) keyed(text string) {
	settings(text, func(_, key, value string) { l.setting(key, value) })
}

func (l *learner) setting(key, value string) {
	if read, ok := keys[key]; ok && value != "" {
		read(l, value)
	}
}

// kerberos reads krb5.conf, in which realms and domains are keys.
func (l *learner) kerberos(text string) {
	settings(text, func(section, key, value string) {
		switch {
		case section == "realms" && value == "{":
			l.domain(RuleDomain, key)
		case section == "domain_realm":
			l.domain(RuleDomain, key)
			l.domain(RuleDomain, value)
		default:
			l.setting(key, value)
		}
	})
}

func (l *learner) nameServers(value string) { l.machines(RuleNameServer, list(value)) }
func (l *learner) neighbors(value string)   { l.machines(RuleNetwork, withoutSchemes(list(value))) }
func (l *learner) ntpServers(value string)  { l.timeServer(list(value)) }
func (l *learner) searched(value string)    { l.domains(list(value)) }
func (l *learner) account(value string)     { l.one(RuleUser, kind.User, value) }

// hostText learns a name for people, which may have white space in it. Samba writes its own version
// as %v.
func (l *learner) hostText(value string) {
	if strings.Contains(value, "%") {
		return
	}
	l.derived(RuleHost, kind.Name, value)
}

// tree learns the name of a folder or an account in a directory: dc=nordwerk,dc=example.
func (l *learner) tree(value string) {
	l.one(RuleDomain, kind.Name, value)
	var labels []string
	for step := range strings.SplitSeq(value, ",") {
		if label, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(step)), "dc="); ok {
			labels = append(labels, label)
		}
	}
	l.domain(RuleDomain, strings.Join(labels, "."))
}

// withoutSchemes turns ldaps://ad.nordwerk.example:636/ into the host.
func withoutSchemes(texts []string) []string {
	var hosts []string
	for _, text := range texts {
		if u, err := url.Parse(text); err == nil && u.Host != "" {
			text = u.Hostname()
		}
		hosts = append(hosts, text)
	}
	return hosts
}
