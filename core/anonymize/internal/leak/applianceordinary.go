package leak

import (
	"strings"

	"polycom.com/usagedata/core/anonymize/internal/vocabulary"
)

// commonNames are names that many networks use (RFC 6761, RFC 6762), so they identify none of them.
var commonNames = vocabulary.Set("localhost localhost.localdomain localdomain local lan home home.arpa internal " +
	"intranet private corp test example invalid arpa in-addr.arpa ip6.arpa workgroup mygroup (none) localhost4" +
	" localhost6 localhost4.localdomain4 localhost6.localdomain6 localdomain4 localdomain6 ip6-localhost" +
	" ip6-loopback ip6-localnet ip6-mcastprefix ip6-allnodes ip6-allrouters ip6-allhosts broadcasthost")

// customaryWords are words that host names, domains, accounts and certificates have on many
// networks, in addition to the words of the vocabulary. If a part of a name is one of these, it
// identifies no customer, and a leak gate that looked for it would withhold harmless values every
// hour.
var customaryWords = vocabulary.Set(
	// labels of hosts and domains
	"ad dc ns ns1 ns2 ntp dns dhcp smtp imap mail mx www web ftp vpn dmz lan wan vlan mgmt oob prod prd dev stage" +
		" staging qa uat lab int ext intern extern intra global office branch campus region east west north south dom" +
		" domain cloud virtual vm esx esxi vcenter docker kubernetes node cluster master slave worker director edge" +
		" core border access video voice audio media lync skype gateway api turn ivr hd base burst trial demo ports" +
		" calls features meeting room bridge mcu sip h323 pbx phone telepresence conferencing collaboration" +
		" communication communications mobile desktop workspace directory reverse relay proxy monitoring" +
		" metrics report" +
		" archive storage nas san postgres postgresql oracle mysql mariadb mongo redis kafka elastic nginx apache" +
		" tomcat java linux windows ubuntu debian centos redhat rhel fedora suse vmware xen hyperv amazon" +
		" azure google" +
		" microsoft" +
		// accounts and their full names; usagedata is the account that our guides create on each
		// appliance
		" usagedata admin administrator administration root operator support guest person people full account" +
		" accounts setup maintenance installer developer daemon bot agent nagios zabbix ansible vagrant backup" +
		" restore technical team default live" +
		// certificates
		" ca pki ssl trust trusted issuing intermediate subordinate certification internal signed self organization" +
		" organisation company city state some internet widgits pty ltd inc gmbh ag llc corp co co. limited unit")

// Ordinary reports whether word, in lower case, is used on every network.
func Ordinary(word string) bool { return customaryWords[word] || vocabulary.Has(word) }

// allOrdinary reports whether all words of text are ordinary. Digits and punctuation are ignored:
// `site-2` is ordinary, and so is 2.
func allOrdinary(text string) bool {
	for _, word := range letterWords(strings.ToLower(text)) {
		if !Ordinary(word) {
			return false
		}
	}
	return true
}
