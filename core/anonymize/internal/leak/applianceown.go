package leak

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"polycom.com/usagedata/core/kind"
)

// links returns the addresses and hardware addresses of the interfaces. Asking for the addresses of
// one interface takes as long as asking for those of all.
func (m machine) links() (source, error) {
	interfaces, err := m.interfaces()
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	addresses, err := m.addresses()
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}
	// Only the texts are kept: the kernel's answer has a thousand bytes for each interface.
	var hardware, literals []string
	for _, link := range interfaces {
		hardware = append(hardware, link.HardwareAddr.String())
	}
	for _, a := range addresses {
		literals = append(literals, a.String())
	}
	return func(l *learner) {
		for _, text := range hardware {
			l.one(RuleMAC, kind.MAC, text)
		}
		for _, text := range literals {
			l.literal(RuleAddress, text)
		}
	}, nil
}

// hardware learns a hardware address as the kernel writes it. Those of networks other than Ethernet
// are longer.
func (l *learner) hardware(text string) {
	if a, err := net.ParseMAC(strings.TrimSpace(text)); err == nil && slices.ContainsFunc(a, notZero) {
		l.one(RuleMAC, kind.MAC, a.String())
	}
}

func notZero(b byte) bool { return b != 0 }

// machineID learns an identifier of 128 bits, with and without hyphens.
func (l *learner) machineID(text string) {
	digits := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(text), "-", ""))
	if len(digits) != 32 || strings.Trim(digits, "0123456789abcdef") != "" || strings.Trim(digits, "0") == "" {
		return // an image that has not been started yet has `uninitialized`
	}
	uuid := strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
	l.one(RuleMachine, kind.Name, digits)
	l.one(RuleMachine, kind.Name, uuid)
}

// serialFiles are the files with the serial numbers of the firmware. On most systems only root may
// read those of DMI; then the host knows no serial number of the appliance.
var serialFiles = []string{
	"sys/class/dmi/id/product_serial", "sys/class/dmi/id/chassis_serial", "sys/class/dmi/id/board_serial",
	"sys/class/dmi/id/product_uuid", // some products use it as a serial number, and some systems as their machine-id
	"sys/firmware/devicetree/base/serial-number",
}

// serials returns a function that reports whether a text is a serial number of this system.
func (m machine) serials() (func(string) bool, error) {
	own := map[string]bool{}
	for _, path := range serialFiles {
		text, err := m.read(path, ifReadable)
		if err != nil {
			return nil, err
		}
		if serial := foldedSerial(text); !kind.Filler(serial) {
			own[serial] = true
		}
	}
	return func(text string) bool { return own[foldedSerial(text)] }, nil
}

func foldedSerial(text string) string { return strings.ToUpper(strings.TrimSpace(text)) }
