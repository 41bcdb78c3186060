package confine

import "golang.org/x/sys/unix"

const architecture = unix.AUDIT_ARCH_AARCH64

// numberLimit is larger than every number.
const numberLimit = 0x40000000

// archSpecific are calls that only this architecture has under this name.
var archSpecific = []uint32{unix.SYS_KEXEC_FILE_LOAD}
