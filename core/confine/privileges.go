package confine

import (
	"fmt"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// kept is the one capability that a child of root keeps: to read files of the product's own users,
// such as the folders of their databases. Landlock decides where it can read. The capability does
// not permit writing.
const kept = unix.CAP_DAC_READ_SEARCH

// privileges ensures that the child cannot gain privileges by executing a file, and drops those
// that it has. Root without capabilities still owns root's files.
func privileges() Measure {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return lacking(protection.Privileges, "no new privileges", err)
	}
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		if c != kept {
			// This fails for an ordinary user, who has no capability to gain, and for a number that
			// the kernel does not know.
			_ = unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
		}
	}
	left, err := drop()
	if err != nil {
		return lacking(protection.Privileges, "drop capabilities", err)
	}
	if left {
		return had(protection.Privileges, "none to gain; of root's, only to read")
	}
	return had(protection.Privileges, "none, and none to gain")
}

// drop removes all capabilities except kept from all sets, and reports whether kept is left.
func drop() (left bool, err error) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	if err := unix.Capget(&header, &sets[0]); err != nil {
		return false, fmt.Errorf("read: %w", err)
	}
	mask := uint32(1 << kept)
	for i := range sets {
		sets[i].Permitted &= mask
		sets[i].Effective = sets[i].Permitted
		sets[i].Inheritable &= sets[i].Permitted
		mask = 0 // the upper half keeps none
	}
	return sets[0].Permitted != 0, unix.Capset(&header, &sets[0])
}
