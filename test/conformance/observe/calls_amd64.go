package observe

import "golang.org/x/sys/unix"

const architecture = unix.AUDIT_ARCH_X86_64

// otherNumbers is the first number of another calling convention, x32.
const otherNumbers = 0x40000000

// legacyOpens returns the call that opens a file by a path without a folder.
func legacyOpens() map[uint32]open {
	return map[uint32]open{unix.SYS_OPEN: {func(c notice) uint64 { return c.args[1] }, path(0)}}
}

// legacyCalls returns the calls that only this architecture has: those that take a path without a
// folder.
func legacyCalls() []call {
	return []call{
		{"open", unix.SYS_OPEN, Write, with(1, writing), path(0)},
		{"creat", unix.SYS_CREAT, Write, always, path(0)},
		{"mkdir", unix.SYS_MKDIR, Write, always, path(0)},
		{"rmdir", unix.SYS_RMDIR, Write, always, path(0)},
		{"mknod", unix.SYS_MKNOD, Write, always, path(0)},
		{"unlink", unix.SYS_UNLINK, Write, always, path(0)},
		{"rename", unix.SYS_RENAME, Write, always, both(path(0), path(1))},
		{"link", unix.SYS_LINK, Write, always, path(1)},
		{"symlink", unix.SYS_SYMLINK, Write, always, path(1)},
		{"chmod", unix.SYS_CHMOD, Write, always, path(0)},
		{"chown", unix.SYS_CHOWN, Write, always, path(0)},
		{"lchown", unix.SYS_LCHOWN, Write, always, path(0)},
		{"utime", unix.SYS_UTIME, Write, always, path(0)},
		{"utimes", unix.SYS_UTIMES, Write, always, path(0)},
		{"futimesat", unix.SYS_FUTIMESAT, Write, always, at(0, 1)},
		{"fork", unix.SYS_FORK, Process, always, starter},
		{"vfork", unix.SYS_VFORK, Process, always, starter},
	}
}
