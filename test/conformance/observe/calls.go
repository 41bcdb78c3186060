//go:build amd64 || arm64

package observe

import (
	"maps"
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// call is an observed system call.
type call struct {
	name    string
	number  uint32
	kind    Kind
	when    []bpf.Instruction     // ends in ask or allow
	objects func(notice) []string // the objects of its acts; if there are none, the call is no act
}

// open is a call that opens a file.
type open struct {
	flags  func(notice) uint64
	object argument
}

// calls returns all observed calls, for a process with the number own.
func calls(own uint32) []call {
	return slices.Concat(opening(), naming(), changing(), running(), networking(), signaling(own), leaving(),
		legacyCalls())
}

func opening() []call {
	return []call{
		{"openat", unix.SYS_OPENAT, Write, with(2, writing), at(0, 1)},
		{"openat2", unix.SYS_OPENAT2, Write, always, openat2},
		// Only the file system of the path is known.
		{"open_by_handle_at", unix.SYS_OPEN_BY_HANDLE_AT, Write, with(2, writing), descriptor(0)},
		{"truncate", unix.SYS_TRUNCATE, Write, always, path(0)},
		{"ftruncate", unix.SYS_FTRUNCATE, Write, always, descriptor(0)},
		{"fallocate", unix.SYS_FALLOCATE, Write, always, descriptor(0)},
	}
}

// opens returns the calls that open files, of which a [Watch] can be asked to see those that only
// read, too.
func opens() map[uint32]open {
	all := map[uint32]open{
		unix.SYS_OPENAT:  {func(c notice) uint64 { return c.args[2] }, at(0, 1)},
		unix.SYS_OPENAT2: {openat2Flags, at(0, 1)},
	}
	maps.Copy(all, legacyOpens())
	return all
}

func naming() []call {
	return []call{
		{"mkdirat", unix.SYS_MKDIRAT, Write, always, at(0, 1)},
		{"mknodat", unix.SYS_MKNODAT, Write, always, at(0, 1)},
		{"unlinkat", unix.SYS_UNLINKAT, Write, always, at(0, 1)},
		{"renameat", unix.SYS_RENAMEAT, Write, always, both(at(0, 1), at(2, 3))},
		{"renameat2", unix.SYS_RENAMEAT2, Write, always, both(at(0, 1), at(2, 3))},
		{"linkat", unix.SYS_LINKAT, Write, always, at(2, 3)},
		{"symlinkat", unix.SYS_SYMLINKAT, Write, always, at(1, 2)},
		{"mount", unix.SYS_MOUNT, Write, always, path(1)},
		{"umount2", unix.SYS_UMOUNT2, Write, always, path(0)},
	}
}

func changing() []call {
	return []call{
		{"fchmod", unix.SYS_FCHMOD, Write, always, descriptor(0)},
		{"fchmodat", unix.SYS_FCHMODAT, Write, always, at(0, 1)},
		{"fchmodat2", unix.SYS_FCHMODAT2, Write, always, at(0, 1)},
		{"fchown", unix.SYS_FCHOWN, Write, always, descriptor(0)},
		{"fchownat", unix.SYS_FCHOWNAT, Write, always, at(0, 1)},
		{"utimensat", unix.SYS_UTIMENSAT, Write, always, at(0, 1)},
		{"setxattr", unix.SYS_SETXATTR, Write, always, path(0)},
		{"lsetxattr", unix.SYS_LSETXATTR, Write, always, path(0)},
		{"fsetxattr", unix.SYS_FSETXATTR, Write, always, descriptor(0)},
		{"setxattrat", unix.SYS_SETXATTRAT, Write, always, at(0, 1)},
		{"removexattr", unix.SYS_REMOVEXATTR, Write, always, path(0)},
		{"lremovexattr", unix.SYS_LREMOVEXATTR, Write, always, path(0)},
		{"fremovexattr", unix.SYS_FREMOVEXATTR, Write, always, descriptor(0)},
		{"removexattrat", unix.SYS_REMOVEXATTRAT, Write, always, at(0, 1)},
		{"file_setattr", unix.SYS_FILE_SETATTR, Write, always, at(0, 1)},
	}
}

func running() []call {
	return []call{
		{"execve", unix.SYS_EXECVE, Execute, always, path(0)},
		{"execveat", unix.SYS_EXECVEAT, Execute, always, at(0, 1)},
		{"clone", unix.SYS_CLONE, Process, without(0, unix.CLONE_THREAD), starter},
	}
}

func networking() []call {
	return []call{
		{"connect", unix.SYS_CONNECT, Connect, always, connects},
		{"sendto", unix.SYS_SENDTO, Connect, pointing(4), sendsTo},
		{"sendmsg", unix.SYS_SENDMSG, Connect, always, sendsMessage},
		{"sendmmsg", unix.SYS_SENDMMSG, Connect, always, sendsMessages},
		{"bind", unix.SYS_BIND, Listen, always, binds},
		{"listen", unix.SYS_LISTEN, Listen, always, listens},
	}
}

func signaling(own uint32) []call {
	return []call{
		{"kill", unix.SYS_KILL, Signal, toAnother(own, 0, 1), signals},
		{"tkill", unix.SYS_TKILL, Signal, toAnother(own, 0, 1), signals},
		{"tgkill", unix.SYS_TGKILL, Signal, toAnother(own, 0, 2), signals},
		{"rt_sigqueueinfo", unix.SYS_RT_SIGQUEUEINFO, Signal, toAnother(own, 0, 1), signals},
		{"rt_tgsigqueueinfo", unix.SYS_RT_TGSIGQUEUEINFO, Signal, toAnother(own, 0, 2), signals},
		{"pidfd_send_signal", unix.SYS_PIDFD_SEND_SIGNAL, Signal, with(1, ^uint32(0)), signalsBehind},
		// The kernel signals the owner of a descriptor when there is something to read.
		{"fcntl", unix.SYS_FCNTL, Signal, either(1, unix.F_SETOWN, unix.F_SETOWN_EX), owns},
		{"ioctl", unix.SYS_IOCTL, Signal, either(1, fioSetOwn, siocSetGroup), ownsByPointer},
	}
}

// Requests of ioctl that set the owner of a descriptor.
const (
	fioSetOwn    = 0x8901 // FIOSETOWN
	siocSetGroup = 0x8902 // SIOCSPGRP
)

func leaving() []call {
	return []call{
		{"shmget", unix.SYS_SHMGET, Leave, always, sort("shared memory of System V")},
		{"semget", unix.SYS_SEMGET, Leave, always, sort("a semaphore of System V")},
		{"msgget", unix.SYS_MSGGET, Leave, always, sort("a message queue of System V")},
		{"mq_open", unix.SYS_MQ_OPEN, Leave, always, sort("a message queue of POSIX")},
		{"add_key", unix.SYS_ADD_KEY, Leave, always, sort("a key")},
	}
}
