package confine

import (
	"os"
	"testing"
)

// BenchmarkThread measures the cost of confining a thread, to be compared with the start of a
// plugin: some 70 ms.
func BenchmarkThread(b *testing.B) {
	binary, err := os.Open("/proc/self/exe")
	if err != nil {
		b.Fatal(err)
	}
	defer binary.Close()
	plan := Plan{Binary: binary, Folder: b.TempDir(), Memory: 64 << 20}
	for b.Loop() {
		RunOnThread(plan, func(Thread) {})
	}
}
