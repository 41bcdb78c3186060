package observe

import "golang.org/x/sys/unix"

const architecture = unix.AUDIT_ARCH_AARCH64

// otherNumbers is above all numbers of calls.
const otherNumbers = 0x40000000

// legacyCalls returns nil: only an older architecture has such calls.
func legacyCalls() []call { return nil }
