package confine

import (
	"fmt"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// kept is the one capability that is left to a child of root: to read what belongs to the product's own users, their
// databases' folders for one. Where it can read at all is what Landlock says. It does not help to write.
const kept = unix.CAP_DAC_READ_SEARCH

// privileges sees that the child can gain none by executing something, and drops those that there are. A root without
// capabilities still owns root's files.
func privileges() Measure {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return lacking(protection.Privileges, "no new privileges", err)
	}
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		if c != kept {
			// What only an ordinary user lacks the right to is of no use to one; a number that the kernel does not know is no
			// capability.
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

// drop leaves of all sets only what is kept, if it is there.
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
		mask = 0 // of the upper half, nothing
	}
	return sets[0].Permitted != 0, unix.Capset(&header, &sets[0])
}
