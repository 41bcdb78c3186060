package observe

import (
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Offsets of a filter's input: the number, the architecture, and six arguments of 64 bits, the
// lower half first.
const (
	atNumber       = 0
	atArchitecture = 4
	atArguments    = 16
)

var (
	allow  = bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}
	ask    = bpf.RetConstant{Val: unix.SECCOMP_RET_USER_NOTIF}
	absent = bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)}
)

// filter returns the program that asks about the calls of the table, for a process with the number
// own, and about all calls that open files if reads is set.
func filter(own uint32, reads bool) []bpf.Instruction {
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: atArchitecture, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: architecture, SkipTrue: 1},
		absent, // 32-bit programs use other numbers for their calls
		bpf.LoadAbsolute{Off: atNumber, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: otherNumbers, SkipTrue: 1},
		absent,
	}
	for _, number := range unseen {
		program = append(program, on(number, absent)...)
	}
	if reads {
		for number := range opens() {
			program = append(program, on(number, ask)...)
		}
	}
	for _, c := range calls(own) {
		program = append(program, on(c.number, c.when...)...)
	}
	return append(program, allow)
}

// unseen lists calls that do the work of others where no filter sees it. Runtimes work without
// them.
var unseen = []uint32{unix.SYS_CLONE3, unix.SYS_IO_URING_SETUP}

// on runs then for the call with this number. The instructions must not run off the end of then.
func on(number uint32, then ...bpf.Instruction) []bpf.Instruction {
	skip := bpf.JumpIf{Cond: bpf.JumpEqual, Val: number, SkipFalse: uint8(len(then))}
	return append([]bpf.Instruction{skip}, then...)
}

func low(n uint32) bpf.Instruction  { return bpf.LoadAbsolute{Off: atArguments + 8*n, Size: 4} }
func high(n uint32) bpf.Instruction { return bpf.LoadAbsolute{Off: atArguments + 8*n + 4, Size: 4} }

// always asks about the call.
var always = []bpf.Instruction{ask}

// with asks if the argument has any of the bits.
func with(n, bits uint32) []bpf.Instruction {
	return []bpf.Instruction{low(n), bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: bits, SkipFalse: 1}, ask, allow}
}

// either asks if the argument is one of two numbers.
func either(n, one, other uint32) []bpf.Instruction {
	return []bpf.Instruction{
		low(n), bpf.JumpIf{Cond: bpf.JumpEqual, Val: one, SkipTrue: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: other, SkipTrue: 1}, ask, allow,
	}
}

// without asks if the argument has none of the bits.
func without(n, bits uint32) []bpf.Instruction {
	return []bpf.Instruction{low(n), bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: bits, SkipTrue: 1}, ask, allow}
}

// pointing asks if the argument is an address other than nil.
func pointing(n uint32) []bpf.Instruction {
	return []bpf.Instruction{
		low(n), bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 1}, ask,
		high(n), bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 1}, ask, allow,
	}
}

// toAnother asks if the call sends a signal to a process other than own. A runtime signals its own
// threads all the time, and signal 0 only tests whether a process exists.
func toAnother(own, target, signal uint32) []bpf.Instruction {
	return []bpf.Instruction{
		low(target), bpf.JumpIf{Cond: bpf.JumpEqual, Val: own, SkipTrue: 3},
		low(signal), bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 1}, ask, allow,
	}
}
