package confine

import (
	"crypto/rand"
	"encoding/binary"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// A thread that has to start one process, which must not start any itself, needs a filter that
// distinguishes the two although both have the same filter. Of clone's flags the kernel uses the
// lower 32 bits. In the bits above them the thread shows a pass: a number that is drawn anew for
// each thread and that the process never sees, because it has other memory. No other code sets
// these bits, so a process that guesses the pass is killed.

const passShift = 40 // some kernels had flags in the bits between 32 and this

// newPass draws a number of 24 bits that is not zero.
func newPass() uintptr {
	var drawn [4]byte
	_, _ = rand.Read(drawn[1:]) // it never fails
	return uintptr(uint64(binary.BigEndian.Uint32(drawn[:])|1) << passShift)
}

const namespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUSER | unix.CLONE_NEWPID |
	unix.CLONE_NEWNET

// clone allows threads, and allows a process to be started with the pass.
func (p Plan) clone(pass uintptr) []bpf.Instruction {
	needed := uint32(unix.CLONE_THREAD)
	if p.Children {
		needed = ^uint32(namespaces) // any flag will do, and SIGCHLD is one
	}
	return []bpf.Instruction{
		bpf.LoadAbsolute{Off: atArguments + 4, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(uint64(pass) >> 32), SkipTrue: 5},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 1},
		bpf.RetConstant{Val: unix.SECCOMP_RET_KILL_PROCESS},
		argument(0),
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: namespaces, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: needed, SkipFalse: 1},
		allow,
		refuse(unix.EPERM),
	}
}
