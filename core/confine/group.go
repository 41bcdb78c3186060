package confine

import (
	"iter"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// groupMembers lists the processes of a process group except its leader.
func groupMembers(leader int) (found []int) {
	for pid := range allProcesses() {
		if id, err := unix.Getpgid(pid); err == nil && id == leader && pid != leader {
			found = append(found, pid)
		}
	}
	return found
}

// allProcesses yields the processes of this machine. There may be tens of thousands: a caller that
// makes more than a call or two for each, or reads a file of each, takes a second.
func allProcesses() iter.Seq[int] {
	return func(yield func(int) bool) {
		proc, err := os.Open("/proc")
		if err != nil {
			return
		}
		defer proc.Close()
		for names, err := proc.Readdirnames(batch); err == nil; names, err = proc.Readdirnames(batch) {
			for _, name := range names {
				if pid, err := strconv.Atoi(name); err == nil && !yield(pid) {
					return
				}
			}
		}
	}
}

// batch is how many names of a folder are held in memory.
const batch = 256
