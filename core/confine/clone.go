package confine

import (
	"crypto/rand"
	"encoding/binary"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// A thread that is to start one process, which in turn is to start none, needs a filter that tells the two apart
// although it is the same one for both. Of clone's flags the kernel takes the lower 32 bits; above them the thread
// shows a pass, a number that is drawn anew for each thread and that the process never sees: its memory is another.
// Nobody else sets these bits, so that who guesses is ended.

const passShift = 40 // some kernels knew flags in the bits between 32 and this

// newPass draws a number of 24 bits that is not zero.
func newPass() uintptr {
	var drawn [4]byte
	_, _ = rand.Read(drawn[1:]) // it never fails
	return uintptr(uint64(binary.BigEndian.Uint32(drawn[:])|1) << passShift)
}

const namespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUSER | unix.CLONE_NEWPID |
	unix.CLONE_NEWNET

// clone allows threads, and processes to who has the pass.
func (p Plan) clone(pass uintptr) []bpf.Instruction {
	needed := uint32(unix.CLONE_THREAD)
	if p.Children {
		needed = ^uint32(namespaces) // any flag, and SIGCHLD is one
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
