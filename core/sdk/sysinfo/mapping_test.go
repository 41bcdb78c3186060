package sysinfo

import (
	"testing"
)

// ANON-1: a customer can set the vendor, model and processor of a virtual machine, so they are
// reported as words of closed lists.
func TestFreeTextIsMappedToAClosedList(t *testing.T) {
	table := []struct {
		pairs         []pair
		written, want string
	}{
		{cpuModels, tidy("Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz"), "Intel Xeon Gold"},
		{cpuModels, tidy("Intel(R) Core(TM) i7-8700 CPU"), "Intel Core"},
		{cpuModels, tidy("AMD EPYC 7763 64-Core Processor"), "AMD EPYC"},
		{cpuModels, tidy("Processor of Example Hospital"), "other"},
		{cpuModels, tidy("12th Gen Intel(R) Core(TM) i9-12900"), "Intel Core"},
		{cpuModels, tidy("Dual-Core AMD Opteron(tm) Processor 2216"), "AMD Opteron"},
		{cpuModels, tidy("Intel(R) Xeon(R) CPU E5-2620 0 @ 2.00GHz"), "Intel Xeon E5"},
		{cpuModels, tidy("Intel(R) Xeon(R) CPU E55-1"), "Intel Xeon"},
		{vendors, "Dellinger Ltd", "other"}, {vendors, "Dellé", "other"}, {vendors, "Dell", "Dell"},
		{vendors, "Super Micro Computer, Inc.", "Supermicro"}, {vendors, "Hewlett-Packard", "HPE"},
		{vendors, "HPE", "HPE"}, {vendors, "HPQ", "other"}, {vendors, "intelligence", "other"},
		{models, "PowerEdge R6400", "other"}, {models, "PowerEdge R740xd", "PowerEdge R740"},
		{models, "ProLiant DL3600", "other"}, {models, "ProLiant DL360p Gen8", "ProLiant DL360"},
		{models, "UCSC-C220-M5SX", "UCS C220"}, {models, "KVMs of a hospital", "other"},
		{hypervisors, "Xenia Clinic", "other"}, {hypervisors, "Xen HVM domU", "xen"},
		{vendors, "Dell Inc.", "Dell"},
		{vendors, "Example Hospital", "other"},
		{vendors, " ", ""},
		{models, "PowerEdge R630", "PowerEdge R630"},
		{models, "VMware7,1", "VMware"},
		{hypervisors, "VMware, Inc. VMware Virtual Platform", "vmware"},
		{hypervisors, "Microsoft Corporation Virtual Machine", "hyperv"},
		{hypervisors, "Microsoft Corporation Surface", "other"},
	}
	for _, row := range table {
		if got := mapped(row.written, row.pairs); got != row.want {
			t.Errorf("%q: got %q, want %q", row.written, got, row.want)
		}
	}
}

func TestRoleOfAPath(t *testing.T) {
	for path, want := range map[string]string{
		"/": "root", "/var/log": "logs", "/var/log/product": "logs", "/var/logs": "data", "/opt/product": "data",
		"/boot": "other",
	} {
		if got := role(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestKindOfADisk(t *testing.T) {
	for _, row := range []struct{ name, platform, rotational, want string }{
		{"sda", "physical", "1", "hdd"}, {"sda", "physical", "0", "ssd"}, {"nvme0n1", "physical", "0", "nvme"},
		{"sda", "virtual", "1", "virtual"}, {"vda", "", "1", "virtual"}, {"sda", "physical", "", ""},
	} {
		if got := diskKind(row.name, row.platform, row.rotational); got != row.want {
			t.Errorf("%+v: got %q, want %q", row, got, row.want)
		}
	}
}
