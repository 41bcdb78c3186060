package sysinfo

import (
	"context"

	"polycom.com/usagedata/core/sdk"
)

// HardwareConfiguration describes the machine that the product runs on. Hypervisor, Vendor, Model
// and CPUModel have the words of [ClosedLists]; a vendor, model or processor that is not in the
// list is reported as other.
type HardwareConfiguration struct {
	Platform          string `usage:"platform"` // physical, virtual
	Hypervisor        string `usage:"hypervisor"`
	Vendor            string `usage:"vendor"`
	Model             string `usage:"model"`
	ChassisSerial     string `usage:"chassis_serial"`
	CPUModel          string `usage:"cpu_model"`
	CPUSockets        *int64 `usage:"cpu_sockets"`
	CPUCores          *int64 `usage:"cpu_cores"`
	CPUThreads        *int64 `usage:"cpu_threads"`
	MemoryBytes       *int64 `usage:"memory_bytes"`
	Disks             []Disk `usage:"disks"`
	NetworkInterfaces *int64 `usage:"network_interfaces"` // with a physical device
	NetworkSpeedMax   *int64 `usage:"network_speed_max"`  // of the fastest interface with a link, in Mbit/s
}

// Hardware reads the [HardwareConfiguration]. Only root can read serial numbers. The error gives
// the reason for each missing field.
func Hardware(_ context.Context, env sdk.Env) (HardwareConfiguration, error) {
	m := machine{env}
	processors := m.processors()
	h := m.board(processors)
	h.MemoryBytes = m.meminfo().total()
	h.CPUModel = processors.model
	h.CPUThreads = m.threadCount(processors)
	h.CPUSockets = m.socketCount(processors, h.CPUThreads)
	h.CPUCores = m.coreCount(processors, h.CPUThreads)
	h.Disks = m.disks(h.Platform)
	h.NetworkInterfaces, h.NetworkSpeedMax = m.network()
	if h, err := nonEmpty(m, h); err != nil {
		return h, err
	}
	var missing sdk.Missing
	m.addMissing(&missing, h.fields()...)
	if len(h.Disks) > maxDisks {
		h.Disks = h.Disks[:maxDisks]
		missing.Add(errTooMany, "disks")
	}
	return h, missing.Err()
}

// fields lists the fields that a machine should have. Firmware may leave its own fields empty, and
// a virtual interface has no speed.
func (h HardwareConfiguration) fields() []field {
	return []field{
		{"platform", h.Platform != "", "proc/cpuinfo", sdk.NotOnMachine}, // not reported on other processors than x86
		{"vendor", h.Vendor != "", dmi + "sys_vendor", sdk.NotOnMachine},
		{"model", h.Model != "", dmi + "product_name", sdk.NotOnMachine},
		{"chassis_serial", h.ChassisSerial != "", dmi + "chassis_serial", sdk.NotOnMachine},
		{"cpu_model", h.CPUModel != "", "proc/cpuinfo", sdk.NotOnMachine},
		{"cpu_sockets", h.CPUSockets != nil, "proc/cpuinfo", sdk.NotOnMachine},
		{"cpu_cores", h.CPUCores != nil, "proc/cpuinfo", sdk.NotOnMachine},
		{"cpu_threads", h.CPUThreads != nil, "proc/cpuinfo", sdk.Malformed},
		{"memory_bytes", h.MemoryBytes != nil, "proc/meminfo", sdk.Malformed},
		{"disks", h.Disks != nil, "sys/block", sdk.NotOnMachine},
		{"network_interfaces", h.NetworkInterfaces != nil, "sys/class/net", sdk.Malformed},
		{"network_speed_max", h.NetworkSpeedMax != nil, "sys/class/net", sdk.NotOnMachine},
	}
}

// board reads the fields that the firmware provides, and whether the machine is physical or
// virtual.
func (m machine) board(processors processors) (h HardwareConfiguration) {
	vendor, product := m.word(dmi+"sys_vendor"), m.word(dmi+"product_name")
	h.Vendor = mapped(vendor, vendors)
	h.Model = mapped(product, models)
	h.ChassisSerial, _ = m.serial(dmi+"chassis_serial", dmi+"product_serial", deviceTree)
	h.Hypervisor = m.hypervisor(vendor + " " + product)
	switch {
	case h.Hypervisor != "" || processors.guest:
		h.Platform = "virtual"
	case processors.reportsGuest:
		h.Platform = "physical"
	}
	return h
}

// hypervisor recognizes a hypervisor by the firmware's text, and Xen also by a file that only its
// guests have.
func (m machine) hypervisor(firmware string) string {
	if name := mapped(firmware, hypervisors); name != "" && name != other {
		return name
	}
	if m.word("sys/hypervisor/type") == "xen" {
		return "xen"
	}
	return ""
}
