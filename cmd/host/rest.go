package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// handBack hands back the memory of a cycle at once (SEND-5): what the runtime would return within
// minutes, and this program's own code and constants, most of which only a cycle needs. Those pages
// were mapped from the file and never written, so the kernel maps them again when they are needed.
// If they can't be handed back they stay, as in every other program.
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
