// Package machine compares the SDK's reading of the machine on which it runs with gopsutil's.
package machine

import (
	"log/slog"
	"os"
	"testing"

	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/mem"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// Two readers of /proc that were written independently find the same machine (category
// hardware_configuration).
func TestBothFindTheSameMachine(t *testing.T) {
	env := sdk.Env{Root: os.DirFS("/"), Log: slog.New(slog.DiscardHandler)}
	got, _ := sysinfo.Hardware(t.Context(), env) // it lacks a field on most machines
	threads, err := cpu.CountsWithContext(t.Context(), true)
	if err != nil || got.CPUThreads == nil || *got.CPUThreads != int64(threads) {
		t.Errorf("threads: got %v, gopsutil finds %d, %v", got.CPUThreads, threads, err)
	}
	memory, err := mem.VirtualMemoryWithContext(t.Context())
	if err != nil || got.MemoryBytes == nil || uint64(*got.MemoryBytes) != memory.Total {
		t.Errorf("memory: got %v, gopsutil finds %d, %v", got.MemoryBytes, memory.Total, err)
	}
}
