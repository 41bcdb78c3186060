//go:build !amd64 && !arm64

package confine

// The numbers of system calls are known for two architectures only.
const (
	architecture = 0
	numberLimit  = 0
)

func refused() []uint32 { return nil }
