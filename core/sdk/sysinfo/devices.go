package sysinfo

import (
	"fmt"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// Disk is a drive of the machine.
type Disk struct {
	SizeBytes *int64 `usage:"size_bytes"`
	Kind      string `usage:"kind"` // hdd, ssd, nvme or virtual
}

// maxDisks bounds both lists of disks.
const maxDisks = 16

var errTooMany = fmt.Errorf("list the disks, at most %d: %w", maxDisks, sdk.NotAvailable(sdk.MoreThanListed))

// sector is the kernel's unit of sizes under /sys/block, whatever the drive's own is.
const sector = 512

// disks lists the drives that have a device behind them: no loop devices, memory, mapped or assembled ones, and no
// drives for media that can be taken out. Each way to a drive of NVMe is hidden beside the drive itself.
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

// diskKind does not believe what a virtual drive says of its rotation.
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

// network counts the interfaces that have a device behind them and finds the fastest. A virtual one, or one without a
// link, has no speed.
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

// maxSpeed is twice, in Mbit/s, what the fastest interface has.
const maxSpeed = 1_600_000

// linkSpeed parses a speed in Mbit/s; 0 if it is not known. Real speeds are multiples of ten. What drivers say instead
// (-1, 65535, and whatever else has all bits set in some number of bytes, or a thousandth of that) is not.
func linkSpeed(text string) int64 {
	speed, err := strconv.ParseInt(text, 10, 64)
	if err != nil || speed < 0 || speed > maxSpeed || speed%10 != 0 {
		return 0
	}
	return speed
}

// noName is the kernel's word for a name that was never set.
const noName = "(none)"

// HostName is the system's own name, empty if it can't be read. It identifies the customer: a profile declares it as
// hostname, and the host makes a pseudonym of it.
func HostName(env sdk.Env) string {
	m := machine{env}
	for _, path := range []string{"proc/sys/kernel/hostname", "etc/hostname"} {
		if name := m.word(path); name != "" && name != noName && !strings.ContainsAny(name, " \t\n") {
			return name
		}
	}
	return ""
}
