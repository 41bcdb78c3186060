package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// restingLimit bounds the memory that the runtime manages while the service rests, in bytes. The page
// and the API may then use some 20 MB before garbage is collected.
const restingLimit = 56 << 20

// leaveGarbage ends the collections of garbage that the runtime does every two minutes, also if there
// is none: each takes milliseconds, and loads code that [handBack] has unmapped (SEND-5). Above
// [restingLimit] garbage is still collected. Package environment ends this, in BoundMemory.
func leaveGarbage() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(restingLimit)
}

// handBack returns the memory of a cycle to the system at once (SEND-5): free memory, which the
// runtime would return within minutes, and this program's own code and constants, most of which only
// a cycle needs. The kernel maps these again from the program's file when they are needed, because
// nobody has written to them. If the kernel refuses, the pages stay.
func handBack() {
	debug.FreeOSMemory()
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return
	}
	for line := range bytes.Lines(maps) {
		if !bytes.HasSuffix(line, []byte(" "+program+"\n")) {
			continue
		}
		var from, to uintptr
		var may string
		if _, err := fmt.Sscanf(string(line), "%x-%x %s", &from, &to, &may); err == nil && may[1] == '-' {
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_DONTNEED)
		}
	}
}
