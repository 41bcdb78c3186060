// Package protection names the protections of a plugin: the restrictions that the kernel enforces
// on it. The words are public interface: a profile demands a minimum of them,
// [polycom.com/usagedata/core/confine] puts them in force, and `check` and `status` report them.
package protection

// Feature is one protection.
type Feature string

// The protections.
const (
	Privileges Feature = "privileges" // no new privileges by execution, capabilities dropped
	Priority   Feature = "priority"   // gives way to the product for processor and disk
	// sees only the files it was given, writes in its own folder only, executes only itself
	Files     Feature = "files"
	Network   Feature = "network"   // connects by TCP to the given ports only, and listens on no port
	Signals   Feature = "signals"   // reaches no other process by signals or abstract sockets
	Calls     Feature = "calls"     // system calls that no plugin needs are refused
	Processes Feature = "processes" // starts no process
	Resources Feature = "resources" // bounded descriptors, no core dump, no bytes written to files
	Memory    Feature = "memory"    // killed if it needs more than its limit
)

// All returns every protection, in the order in which they are reported.
func All() []Feature {
	return []Feature{Priority, Privileges, Files, Network, Signals, Calls, Processes, Resources, Memory}
}
