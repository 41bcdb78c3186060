//go:build !amd64 && !arm64

package observe

import "golang.org/x/net/bpf"

// The numbers of system calls are known for two architectures only.
const (
	architecture = 0
	otherNumbers = 0
)

// call is an observed system call.
type call struct {
	name    string
	number  uint32
	kind    Kind
	when    []bpf.Instruction
	objects func(notice) []string
}

// open is a call that opens a file.
type open struct {
	flags  func(notice) uint64
	object func(notice) []string
}

func opens() map[uint32]open { return nil }

func calls(uint32) []call { return nil }
