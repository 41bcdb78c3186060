package sysinfo

import (
	"regexp"
	"strings"
	"unicode"

	"polycom.com/usagedata/core/kind"
)

// pair maps the beginning of a manufacturer's text to a word of a closed list. The first match in a
// list counts.
type pair struct{ written, word string }

var vendors = []pair{
	{"dell", "Dell"}, {"hpe", "HPE"}, {"hp", "HPE"}, {"hewlett", "HPE"}, {"lenovo", "Lenovo"}, {"ibm", "IBM"},
	{"cisco", "Cisco"}, {"fujitsu", "Fujitsu"}, {"supermicro", "Supermicro"},
	{"super micro", "Supermicro"}, {"intel", "Intel"},
	{"polycom", "Polycom"}, {"vmware", "VMware"}, {"microsoft", "Microsoft"}, {"qemu", "QEMU"}, {"xen", "Xen"},
	{"innotek", "Oracle"}, {"oracle", "Oracle"}, {"red hat", "Red Hat"}, {"nutanix", "Nutanix"},
	{"google", "Google"}, {"amazon", "Amazon"}, {"openstack", "OpenStack"},
}

var models = []pair{
	{"poweredge r210", "PowerEdge R210"}, {"poweredge r220", "PowerEdge R220"}, {"poweredge r230", "PowerEdge R230"},
	{"poweredge r240", "PowerEdge R240"}, {"poweredge r340", "PowerEdge R340"}, {"poweredge r440", "PowerEdge R440"},
	{"poweredge r610", "PowerEdge R610"}, {"poweredge r620", "PowerEdge R620"}, {"poweredge r630", "PowerEdge R630"},
	{"poweredge r640", "PowerEdge R640"}, {"poweredge r650", "PowerEdge R650"}, {"poweredge r740", "PowerEdge R740"},
	{"proliant dl360", "ProLiant DL360"}, {"proliant dl380", "ProLiant DL380"}, {"ucsc-c220", "UCS C220"},
	{"ucsc-c240", "UCS C240"}, {"vmware", "VMware"}, {"virtual machine", "Hyper-V"}, {"standard pc", "QEMU"},
	{"kvm", "QEMU"}, {"hvm domu", "Xen HVM"}, {"virtualbox", "VirtualBox"}, {"ahv", "AHV"},
}

var cpuModels = []pair{
	{"intel xeon e3", "Intel Xeon E3"}, {"intel xeon e5", "Intel Xeon E5"}, {"intel xeon e7", "Intel Xeon E7"},
	{"intel xeon bronze", "Intel Xeon Bronze"}, {"intel xeon silver", "Intel Xeon Silver"},
	{"intel xeon gold", "Intel Xeon Gold"}, {"intel xeon platinum", "Intel Xeon Platinum"},
	{"intel xeon", "Intel Xeon"}, {"intel core", "Intel Core"}, {"intel atom", "Intel Atom"},
	{"intel celeron", "Intel Celeron"}, {"intel pentium", "Intel Pentium"}, {"amd epyc", "AMD EPYC"},
	{"amd opteron", "AMD Opteron"}, {"amd ryzen", "AMD Ryzen"}, {"neoverse", "ARM Neoverse"},
	{"cortex", "ARM Cortex"}, {"qemu virtual", "QEMU"}, {"common kvm", "QEMU"},
}

// hypervisors maps vendor and product, joined by a space.
var hypervisors = []pair{
	{"vmware", "vmware"}, {"microsoft corporation virtual machine", "hyperv"}, {"qemu", "kvm"},
	{"red hat kvm", "kvm"}, {"google google compute engine", "kvm"}, {"amazon ec2", "kvm"},
	{"openstack foundation", "kvm"}, {"xen", "xen"}, {"innotek", "virtualbox"},
	{"oracle corporation virtualbox", "virtualbox"}, {"nutanix", "kvm"},
}

// ClosedLists returns the words of each field that has a closed list, by category and field as in
// the structs of this package. Use it for the values of a profile and for sdktest.ClosedLists. A
// processor is reported by its family, because its full name is free text that whoever set up the
// virtual machine can choose.
func ClosedLists() map[string][]string {
	return map[string][]string{
		"hardware_configuration.vendor":     words(vendors),
		"hardware_configuration.model":      words(models),
		"hardware_configuration.cpu_model":  words(cpuModels),
		"hardware_configuration.hypervisor": words(hypervisors),
		"hardware_configuration.disks.kind": {"hdd", "ssd", "nvme", "virtual"},
		"system_resource_usage.disks.role":  {"root", "logs", "data", other},
	}
}

func words(pairs []pair) []string {
	var list []string
	listed := map[string]bool{}
	for _, p := range pairs {
		if !listed[p.word] {
			listed[p.word] = true
			list = append(list, p.word)
		}
	}
	return list
}

// mapped returns the word for a manufacturer's text. It returns [other] if no pair matches, and an
// empty string if the text is empty or is a placeholder of the firmware for a text that was never
// set.
func mapped(written string, pairs []pair) string {
	if kind.Unset(written) {
		return ""
	}
	written = strings.ToLower(strings.TrimSpace(written))
	for _, p := range pairs {
		if rest, ok := strings.CutPrefix(written, p.written); ok && !continues(p.written, rest) {
			return p.word
		}
	}
	return other
}

// continues reports whether rest continues the last word or number of the known text: Dellinger,
// PowerEdge R6400. VMware7,1 and ProLiant DL360p only add another part.
func continues(known, rest string) bool {
	if rest == "" {
		return false
	}
	last, next := rune(known[len(known)-1]), []rune(rest)[0]
	return unicode.IsLetter(last) && unicode.IsLetter(next) || unicode.IsDigit(last) && unicode.IsDigit(next)
}

var ornaments = regexp.MustCompile(`(?i)\((r|tm|c)\)|\bcpu\b|^\d+(st|nd|rd|th) gen |^(dual|quad|six|eight)-core `)

// tidy turns "Intel(R) Xeon(R) CPU E5-2620" into "Intel Xeon E5-2620", and drops text before the
// maker's name.
func tidy(name string) string {
	return strings.Join(strings.Fields(ornaments.ReplaceAllString(name, " ")), " ")
}

// IsSerial reports whether text is a serial number by the host's own grammar. A placeholder of the
// firmware for a number that was never set is not a serial number.
func IsSerial(text string) bool {
	_, ok := kind.Of(kind.Serial).Grammar(text, kind.Terms{})
	return ok
}
