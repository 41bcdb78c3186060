package confine

import (
	"fmt"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// keptCapability is the one capability that a child of root keeps: to read files of the product's
// own users, such as the folders of their databases. Landlock decides where it can read. The
// capability does not permit writing.
const keptCapability = unix.CAP_DAC_READ_SEARCH

// dropPrivileges ensures that the child cannot gain privileges by executing a file, and drops those
// that it has. Root without capabilities still owns root's files.
func dropPrivileges() Status {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return notEnforced(protection.Privileges, "no new privileges", err)
	}
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		if c != keptCapability {
			// This fails for an ordinary user, who has no capability to gain, and for a number that
			// the kernel does not know.
			_ = unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
		}
	}
	left, err := dropCapabilities()
	if err != nil {
		return notEnforced(protection.Privileges, "drop capabilities", err)
	}
	if left {
		return enforced(protection.Privileges, "cannot gain any; keeps only root's right to read files")
	}
	return enforced(protection.Privileges, "has none and cannot gain any")
}

// dropCapabilities removes all capabilities except keptCapability from all sets, and reports
// whether it is left.
func dropCapabilities() (left bool, err error) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	if err := unix.Capget(&header, &sets[0]); err != nil {
		return false, fmt.Errorf("read: %w", err)
	}
	mask := uint32(1 << keptCapability)
	for i := range sets {
		sets[i].Permitted &= mask
		sets[i].Effective = sets[i].Permitted
		sets[i].Inheritable &= sets[i].Permitted
		mask = 0 // the upper half keeps none
	}
	return sets[0].Permitted != 0, unix.Capset(&header, &sets[0])
}
