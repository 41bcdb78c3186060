package observe

import "golang.org/x/sys/unix"

const architecture = unix.AUDIT_ARCH_AARCH64

// otherNumbers is above all numbers of calls.
const otherNumbers = 0x40000000

// legacyOpens returns nil, for the same reason as [legacyCalls].
func legacyOpens() map[uint32]open { return nil }

// legacyCalls returns nil: only an older architecture has such calls.
func legacyCalls() []call { return nil }
