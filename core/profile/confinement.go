package profile

import (
	"fmt"
	"path"
	"slices"

	"polycom.com/usagedata/core/protection"
)

// Confinement lists restrictions of the plugin in addition to those that are always attempted.
type Confinement struct {
	// Minimum lists the protections that must be in force. If one is missing, the plugin is not
	// started, on any appliance.
	Minimum []protection.Feature `yaml:"minimum"`
	// Reads lists paths that the plugin reads without a setting that names them: absolute paths of
	// files, or of folders with their whole content, below the plugin's root; and the word cores
	// for the folder in which the kernel leaves core files. The plugin may always read the paths
	// that the settings of sources name, and the parts of the system that any program reads: /proc,
	// /sys, name service, authorities, time zones.
	Reads []string `yaml:"reads"`
}

// Cores is the word for the folder of core files in [Confinement.Reads].
const Cores = "cores"

// Bounds on a plugin's memory. A plugin in Go needs some 20 MB.
const (
	DefaultMemory = 128 << 20
	minMemory     = 32 << 20
	maxMemory     = 1 << 30
)

// MemoryLimit returns the memory limit of the plugin, in bytes.
func (l Limits) MemoryLimit() int64 {
	if l.Memory == 0 {
		return DefaultMemory
	}
	return l.Memory
}

const maxReads = 32

// Barred lists folders that hold, among everything else, the secrets of the service, the system and
// its users.
func Barred() []string {
	return []string{"/", "/etc", "/root", "/home", "/var", "/dev", "/run", "/var/run", "/var/lib", "/boot",
		"/tmp", "/var/tmp"}
}

func (p Profile) checkConfinement(found *problems) {
	c, m := p.Confinement, p.Limits.Memory
	found.require(m == 0 || m >= minMemory && m <= maxMemory, "$.limits.memory",
		"limits.memory must be between %d and %d bytes",
		minMemory, maxMemory)
	for i, f := range c.Minimum {
		found.require(slices.Contains(protection.All(), f), fmt.Sprintf("$.confinement.minimum[%d]", i),
			"%q must be one of %v",
			f, protection.All())
	}
	found.require(len(c.Reads) <= maxReads, "$.confinement.reads", "confinement.reads has more than %d paths", maxReads)
	for i, read := range c.Reads {
		at := fmt.Sprintf("$.confinement.reads[%d]", i)
		found.require(read == Cores || path.IsAbs(read) && path.Clean(read) == read, at,
			"%q must be an absolute path without . or .., or the word %s", read, Cores)
		found.require(!slices.Contains(Barred(), read), at,
			"%q contains more than a plugin may read: give the folders below it", read)
	}
}
