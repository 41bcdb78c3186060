package confine

import (
	"errors"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// The filter of system calls refuses a call and does not kill: the plugin gets an error, and a
// library that probes finds another way. It lists the calls that are refused. A list of allowed
// calls would have to know each plugin's language and the next version of its runtime. Files, other
// processes and the network are protected by the other features; this one closes the gaps that they
// leave.

// filterCalls installs the filter for this thread and the threads and processes that it starts.
func (p Plan) filterCalls(pass uintptr) Report {
	if err := p.installFilter(pass); err != nil {
		return Report{notEnforced(protection.Calls, "seccomp", err), notEnforced(protection.Processes, "seccomp", err)}
	}
	report := Report{enforced(protection.Calls, "calls that no plugin needs are refused"),
		enforced(protection.Processes, "it can start no processes")}
	if !p.Connect {
		report[0].Detail += ", and so are all connections"
	}
	if p.Children {
		report[1] = notEnforced(protection.Processes, "seccomp", errors.New("it may start processes"))
	}
	return report
}

func (p Plan) installFilter(pass uintptr) error {
	if architecture == 0 {
		return errors.New("no filter for this processor")
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

// Offsets of the data that a filter sees: the number of the call, the architecture, and six
// arguments of 64 bits. The values that are checked here are in the lower half of an argument. Both
// architectures are little-endian.
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
		refuse(unix.ENOSYS), // 32-bit programs use other numbers
		bpf.LoadAbsolute{Off: atNumber, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: numberLimit, SkipTrue: 1},
		refuse(unix.ENOSYS),
	}
	for _, number := range refused() {
		program = append(program, forCall(number, refuse(unix.EPERM))...)
	}
	if !p.Connect {
		program = append(program, forCall(unix.SYS_CONNECT, refuse(unix.EACCES))...)
	}
	// Its flags are in memory, which a filter cannot read. C libraries and Go fall back to clone.
	program = append(program, forCall(unix.SYS_CLONE3, refuse(unix.ENOSYS))...)
	program = append(program, forCall(unix.SYS_CLONE, p.clone(pass)...)...)
	program = append(program, forCall(unix.SYS_SOCKET, p.sockets()...)...)
	program = append(program, forCall(unix.SYS_PRCTL, allowDeathSignal()...)...)
	// With MSG_FASTOPEN these calls connect without connect.
	for number, flags := range map[uint32]uint32{unix.SYS_SENDTO: 3, unix.SYS_SENDMSG: 2, unix.SYS_SENDMMSG: 3} {
		program = append(program, forCall(number, allowUnlessSet(flags, unix.MSG_FASTOPEN)...)...)
	}
	return append(program, allow)
}

// forCall returns the steps for that call; then must not run off its end.
func forCall(number uint32, then ...bpf.Instruction) []bpf.Instruction {
	skip := bpf.JumpIf{Cond: bpf.JumpEqual, Val: number, SkipFalse: uint8(len(then))}
	return append([]bpf.Instruction{skip}, then...)
}

// allowDeathSignal allows the request for the signal that kills the child when the host ends, which
// its start makes, and refuses to cancel it.
func allowDeathSignal() []bpf.Instruction {
	return []bpf.Instruction{
		argument(0), bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.PR_SET_PDEATHSIG, SkipTrue: 1}, allow,
		argument(1), bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(unix.SIGKILL), SkipTrue: 1}, refuse(unix.EPERM), allow,
	}
}

// allowUnlessSet allows a call if its argument has none of the bits.
func allowUnlessSet(number, bits uint32) []bpf.Instruction {
	return []bpf.Instruction{
		argument(number), bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: bits, SkipFalse: 1}, refuse(unix.EPERM), allow,
	}
}

// sockets allows unix sockets, and the kernel's own answers about addresses and routes. If the plan
// permits it, it allows TCP and UDP over IPv4 and IPv6. Landlock does not know the other protocols
// over IP, so they are refused.
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
