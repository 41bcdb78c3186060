package sysinfo

import (
	"context"
	"slices"

	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/mem"

	"polycom.com/usagedata/core/sdk"
)

// HardwareConfiguration is the machine that the product runs on. Hypervisor, Vendor, Model and
// CPUModel have the words of [ClosedLists]; a vendor, model or processor that is not among them is
// other.
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
	NetworkInterfaces *int64 `usage:"network_interfaces"` // that have a device behind them
	NetworkSpeedMax   *int64 `usage:"network_speed_max"`  // of the fastest that has a link, in Mbit/s
}

// Hardware reads the hardware configuration. Serial numbers can be read by root only.
func Hardware(ctx context.Context, env sdk.Env) (HardwareConfiguration, error) {
	m := machine{env}
	ctx = m.rooted(ctx)
	processors, _ := try(func() ([]cpu.InfoStat, error) { return cpu.InfoWithContext(ctx) })
	memory, ok := try(func() (*mem.VirtualMemoryStat, error) { return mem.VirtualMemoryWithContext(ctx) })
	h := m.board(processors)
	if ok {
		h.MemoryBytes = positive(memory.Total, true)
	}
	h.CPUModel = cpuModel(processors)
	h.CPUSockets = positive(sockets(processors), true)
	h.CPUCores = positive(try(func() (int, error) { return cpu.CountsWithContext(ctx, false) }))
	h.CPUThreads = positive(try(func() (int, error) { return cpu.CountsWithContext(ctx, true) }))
	h.Disks = m.disks(h.Platform)
	h.NetworkInterfaces, h.NetworkSpeedMax = m.network()
	return found(m, h)
}

func cpuModel(processors []cpu.InfoStat) string {
	for _, p := range processors {
		if model := mapped(tidy(p.ModelName), cpuModels); model != "" {
			return model
		}
	}
	return ""
}

func sockets(processors []cpu.InfoStat) int {
	ids := map[string]bool{}
	for _, p := range processors {
		if p.PhysicalID != "" {
			ids[p.PhysicalID] = true
		}
	}
	return len(ids)
}

// board reads what the firmware says of the machine, and whether it is one of iron.
func (m machine) board(processors []cpu.InfoStat) (h HardwareConfiguration) {
	vendor, product := m.word("sys/class/dmi/id/sys_vendor"), m.word("sys/class/dmi/id/product_name")
	h.Vendor = mapped(vendor, vendors)
	h.Model = mapped(product, models)
	for _, name := range []string{"chassis_serial", "product_serial"} {
		if serial := m.word("sys/class/dmi/id/" + name); h.ChassisSerial == "" && IsSerial(serial) {
			h.ChassisSerial = serial
		}
	}
	guest, told := hypervisorFlag(processors)
	h.Hypervisor = m.hypervisor(vendor + " " + product)
	switch {
	case h.Hypervisor != "" || guest:
		h.Platform = "virtual"
	case told:
		h.Platform = "physical"
	}
	return h
}

// hypervisor goes by the firmware's words, and by what only a Xen guest has.
func (m machine) hypervisor(firmware string) string {
	if name := mapped(firmware, hypervisors); name != "" && name != other {
		return name
	}
	if m.word("sys/hypervisor/type") == "xen" {
		return "xen"
	}
	return ""
}

// hypervisorFlag tells whether the processor says that it is a guest's, and whether this kind of
// processor would say so: only x86 lists flags of which fpu is one.
func hypervisorFlag(processors []cpu.InfoStat) (guest, told bool) {
	for _, p := range processors {
		guest = guest || slices.Contains(p.Flags, "hypervisor")
		told = told || slices.Contains(p.Flags, "fpu")
	}
	return guest, told
}
