package confine

import (
	"errors"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// The filter of system calls refuses and does not kill: a plugin that tries is told, and a library that probes finds
// another way. It lists what is refused. A list of what is allowed would have to know each plugin's language and the
// next version of its runtime, and what one can do to files, other processes and the network is the work of the other
// features; this one closes what they leave open.

// calls puts the filter into force for this thread and those that come from it.
func (p Plan) calls(pass uintptr) Report {
	if err := p.install(pass); err != nil {
		return Report{lacking(protection.Calls, "seccomp", err), lacking(protection.Processes, "seccomp", err)}
	}
	report := Report{had(protection.Calls, "those that no plugin needs are refused"),
		had(protection.Processes, "it can start none")}
	if !p.Connect {
		report[0].Told += ", and to connect to anybody"
	}
	if p.Children {
		report[1] = lacking(protection.Processes, "seccomp", errors.New("it may start some"))
	}
	return report
}

func (p Plan) install(pass uintptr) error {
	if architecture == 0 {
		return errors.New("not for this processor")
	}
	program, err := bpf.Assemble(p.filter(pass))
	if err != nil {
		return err
	}
	filters := make([]unix.SockFilter, len(program))
	for i, step := range program {
		filters[i] = unix.SockFilter{Code: step.Op, Jt: step.Jt, Jf: step.Jf, K: step.K}
	}
	whole := unix.SockFprog{Len: uint16(len(filters)), Filter: &filters[0]}
	_, _, no := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&whole)))
	if no != 0 {
		return no
	}
	return nil
}

// Where the kernel puts what a filter looks at: the number, the architecture, and six arguments of 64 bits, of which
// the lower half is what the numbers that are looked at here are in. Both architectures are little-endian.
const (
	atNumber       = 0
	atArchitecture = 4
	atArguments    = 16
)

func argument(n uint32) bpf.Instruction {
	return bpf.LoadAbsolute{Off: atArguments + 8*n, Size: 4}
}

var allow = bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}

func refuse(with unix.Errno) bpf.Instruction {
	return bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(with)}
}

func (p Plan) filter(pass uintptr) []bpf.Instruction {
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: atArchitecture, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: architecture, SkipTrue: 1},
		refuse(unix.ENOSYS), // 32-bit programs number their calls otherwise
		bpf.LoadAbsolute{Off: atNumber, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: otherNumbers, SkipTrue: 1},
		refuse(unix.ENOSYS),
	}
	for _, number := range refused() {
		program = append(program, on(number, refuse(unix.EPERM))...)
	}
	if !p.Connect {
		program = append(program, on(unix.SYS_CONNECT, refuse(unix.EACCES))...)
	}
	// Its flags are in memory, where no filter sees them: C libraries and Go fall back to clone.
	program = append(program, on(unix.SYS_CLONE3, refuse(unix.ENOSYS))...)
	program = append(program, on(unix.SYS_CLONE, p.clone(pass)...)...)
	program = append(program, on(unix.SYS_SOCKET, p.sockets()...)...)
	program = append(program, on(unix.SYS_PRCTL, mortal()...)...)
	for number, flags := range map[uint32]uint32{unix.SYS_SENDTO: 3, unix.SYS_SENDMSG: 2, unix.SYS_SENDMMSG: 3} {
		program = append(program, on(number, unless(flags, unix.MSG_FASTOPEN)...)...) // connects without connect
	}
	return append(program, allow)
}

// on is what happens at that call; then must not run off its end.
func on(number uint32, then ...bpf.Instruction) []bpf.Instruction {
	skip := bpf.JumpIf{Cond: bpf.JumpEqual, Val: number, SkipFalse: uint8(len(then))}
	return append([]bpf.Instruction{skip}, then...)
}

// mortal allows to ask for the signal that ends the child with the host, as its start does, and refuses to take it
// back.
func mortal() []bpf.Instruction {
	return []bpf.Instruction{
		argument(0), bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.PR_SET_PDEATHSIG, SkipTrue: 1}, allow,
		argument(1), bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(unix.SIGKILL), SkipTrue: 1}, refuse(unix.EPERM), allow,
	}
}

// unless allows a call whose argument has none of the bits.
func unless(number, bits uint32) []bpf.Instruction {
	return []bpf.Instruction{
		argument(number), bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: bits, SkipFalse: 1}, refuse(unix.EPERM), allow,
	}
}

// sockets allows unix sockets; where the plan says so TCP and UDP of IPv4 and IPv6, and not what else runs over IP, of
// which Landlock knows nothing; and the kernel's own answers about addresses and routes.
func (p Plan) sockets() []bpf.Instruction {
	other := refuse(unix.EAFNOSUPPORT)
	protocol := []bpf.Instruction{
		argument(1), bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0xf},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.SOCK_STREAM, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.SOCK_DGRAM, SkipTrue: 1},
		other,
		argument(2),
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 3},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.IPPROTO_TCP, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.IPPROTO_UDP, SkipTrue: 1},
		other,
		allow,
	}
	if !p.Internet {
		protocol = []bpf.Instruction{other}
	}
	program := []bpf.Instruction{
		argument(0),
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.AF_UNIX, SkipFalse: 1}, allow,
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.AF_NETLINK, SkipFalse: 4},
		argument(2), bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.NETLINK_ROUTE, SkipFalse: 1}, allow, other,
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.AF_INET, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.AF_INET6, SkipTrue: 1},
		other,
	}
	return append(program, protocol...)
}
