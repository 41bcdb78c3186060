package observe

import "golang.org/x/sys/unix"

const architecture = unix.AUDIT_ARCH_AARCH64

// otherNumbers is beyond all numbers.
const otherNumbers = 0x40000000

// old are calls that only an older architecture has.
func old() []call { return nil }
