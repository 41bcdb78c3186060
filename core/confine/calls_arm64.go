package confine

import "golang.org/x/sys/unix"

const architecture = unix.AUDIT_ARCH_AARCH64

// otherNumbers is larger than every number.
const otherNumbers = 0x40000000

// old are calls that only this architecture has under this name.
var old = []uint32{unix.SYS_KEXEC_FILE_LOAD}
