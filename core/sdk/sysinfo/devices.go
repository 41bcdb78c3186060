package sysinfo

import (
	"fmt"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// Disk describes a drive of the machine.
type Disk struct {
	SizeBytes *int64 `usage:"size_bytes"`
	Kind      string `usage:"kind"` // hdd, ssd, nvme or virtual
}

// maxDisks is the limit for both lists of disks.
const maxDisks = 16

var errTooMany = fmt.Errorf("list the disks, at most %d: %w", maxDisks, sdk.NotAvailable(sdk.MoreThanListed))

// sector is the unit of sizes under /sys/block, which does not depend on the drive's own sector
// size.
const sector = 512

// disks returns the drives that have a physical device. It leaves out loop devices, memory disks,
// mapped and assembled devices, drives with removable media, and the entries for the paths to an
// NVMe drive, which the kernel marks as hidden.
func (m machine) disks(platform string) []Disk {
	var disks []Disk
	for _, name := range m.entries("sys/block") {
		at := "sys/block/" + name + "/"
		if !m.exists(at+"device") || m.word(at+"removable") == "1" || m.word(at+"hidden") == "1" {
			continue
		}
		sectors, err := strconv.ParseInt(m.word(at+"size"), 10, 53)
		if err != nil || sectors <= 0 {
			continue
		}
		disks = append(disks, Disk{
			SizeBytes: known(sectors*sector, true),
			Kind:      diskKind(name, platform, m.word(at+"queue/rotational")),
		})
	}
	return disks
}

// diskKind returns the kind of a drive. It ignores the rotational flag of virtual drives, which is
// not reliable.
func diskKind(name, platform, rotational string) string {
	switch {
	case platform == "virtual", strings.HasPrefix(name, "vd"), strings.HasPrefix(name, "xvd"):
		return "virtual"
	case strings.HasPrefix(name, "nvme"):
		return "nvme"
	case rotational == "1":
		return "hdd"
	case rotational == "0":
		return "ssd"
	}
	return ""
}

// network returns the number of interfaces with a physical device, and the speed of the fastest. A
// virtual interface, or one without a link, has no speed.
func (m machine) network() (interfaces, fastest *int64) {
	if !m.exists("sys/class/net") {
		return nil, nil
	}
	var count, most int64
	for _, name := range m.entries("sys/class/net") {
		if !m.exists("sys/class/net/" + name + "/device") {
			continue
		}
		count++
		most = max(most, linkSpeed(m.word("sys/class/net/"+name+"/speed")))
	}
	return &count, positive(most, true)
}

// maxSpeed is twice the speed of the fastest existing interface, in Mbit/s.
const maxSpeed = 1_600_000

// linkSpeed parses a speed in Mbit/s, and returns 0 if it is not known. Real speeds are multiples
// of ten. The values that drivers use for an unknown speed are not: -1, 65535, any number with all
// bits of its bytes set, and a thousandth of such a number.
func linkSpeed(text string) int64 {
	speed, err := strconv.ParseInt(text, 10, 64)
	if err != nil || speed < 0 || speed > maxSpeed || speed%10 != 0 {
		return 0
	}
	return speed
}

// noName is the kernel's text for a name that was never set.
const noName = "(none)"

// HostName returns the system's own name, or an empty string if it cannot be read. The name
// identifies the customer: a profile must declare it as a hostname, so that the host replaces it by
// a pseudonym.
func HostName(env sdk.Env) string {
	m := machine{env}
	for _, path := range []string{"proc/sys/kernel/hostname", "etc/hostname"} {
		if name := m.word(path); name != "" && name != noName && !strings.ContainsAny(name, " \t\n") {
			return name
		}
	}
	return ""
}
