package observe

import (
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Where the kernel puts what a filter looks at: the number, the architecture, and six arguments of 64 bits, the lower
// half first.
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

// filter asks about the calls of the table, for a process of that number.
func filter(own uint32) []bpf.Instruction {
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: atArchitecture, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: architecture, SkipTrue: 1},
		absent, // 32-bit programs number their calls otherwise
		bpf.LoadAbsolute{Off: atNumber, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: otherNumbers, SkipTrue: 1},
		absent,
	}
	for _, number := range unseen {
		program = append(program, on(number, absent)...)
	}
	for _, c := range calls(own) {
		program = append(program, on(c.number, c.when...)...)
	}
	return append(program, allow)
}

// unseen are calls that do the work of others where no filter sees it. Runtimes do without them.
var unseen = []uint32{unix.SYS_CLONE3, unix.SYS_IO_URING_SETUP}

// on is what happens at that call; then must not run off its end.
func on(number uint32, then ...bpf.Instruction) []bpf.Instruction {
	skip := bpf.JumpIf{Cond: bpf.JumpEqual, Val: number, SkipFalse: uint8(len(then))}
	return append([]bpf.Instruction{skip}, then...)
}

func low(n uint32) bpf.Instruction  { return bpf.LoadAbsolute{Off: atArguments + 8*n, Size: 4} }
func high(n uint32) bpf.Instruction { return bpf.LoadAbsolute{Off: atArguments + 8*n + 4, Size: 4} }

// always asks about the call.
var always = []bpf.Instruction{ask}

// with asks if the argument has one of the bits.
func with(n, bits uint32) []bpf.Instruction {
	return []bpf.Instruction{low(n), bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: bits, SkipFalse: 1}, ask, allow}
}

// without asks if the argument has none of the bits.
func without(n, bits uint32) []bpf.Instruction {
	return []bpf.Instruction{low(n), bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: bits, SkipTrue: 1}, ask, allow}
}

// pointing asks if the argument is an address and not nil.
func pointing(n uint32) []bpf.Instruction {
	return []bpf.Instruction{
		low(n), bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 1}, ask,
		high(n), bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 1}, ask, allow,
	}
}

// toAnother asks about a real signal to a process that has not that number. A runtime signals its own threads all the
// time, and signal 0 only asks whether somebody is there.
func toAnother(own, target, signal uint32) []bpf.Instruction {
	return []bpf.Instruction{
		low(target), bpf.JumpIf{Cond: bpf.JumpEqual, Val: own, SkipTrue: 3},
		low(signal), bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 1}, ask, allow,
	}
}
