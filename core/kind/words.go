package kind

import "strings"

// versionWords lists the words that makers write into versions. When reviewing a new word, check
// that it is not used to name a person, a place or a machine: the leak gate lets these words pass
// in a version even if something on the appliance has that name (a host `debian`).
var versionWords = wordSet("v ver version r rel release rev revision b build a alpha beta rc cr ga gm pre preview " +
	"prerelease dev devel snapshot nightly" +
	" daily final stable testing long term longterm lts esr ltsr cu sp sr service pack servicepack patch patches p " +
	"hotfix hf fix bugfix update upd u" +
	" maintenance maint mr er ed edition standard enterprise express professional community base full lite limited " +
	"trial demo debug test" +
	" server client core kernel firmware fw bios image loader boot bootloader bootrom system software sw hw" +
	" linux unix windows debian ubuntu centos redhat rhel fedora suse sles alpine oracle amazon photon el fc deb " +
	" dfsg " +
	"bpo pgdg ubuntu" +
	" amzn ph pve gke esx plus homebrew postgresql postgres mariadb mysql uek x openssl fips vmware esxi hyperv " +
	" kvm xen " +
	"qemu junos builder ios xe nx os eos generic lowlatency cloud aws azure gcp virtual default smp pae rt" +
	" amd arm armhf aarch ppc noarch all any bit gnu git svn g ssl ne")

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// VersionWord reports whether makers write the word into versions; case does not matter.
func VersionWord(word string) bool { return versionWords[strings.ToLower(word)] }

func knownWord(word string, t Terms) bool {
	word = strings.ToLower(word)
	return versionWords[word] || t.knows(word)
}
