package confine

import (
	"iter"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// group lists the processes of a process group except its leader.
func group(leader int) (found []int) {
	for pid := range everybody() {
		if id, err := unix.Getpgid(pid); err == nil && id == leader && pid != leader {
			found = append(found, pid)
		}
	}
	return found
}

// everybody yields the processes of this machine. There may be tens of thousands: a caller that
// makes more than a call or two for each, or reads a file of each, takes a second.
func everybody() iter.Seq[int] {
	return func(yield func(int) bool) {
		proc, err := os.Open("/proc")
		if err != nil {
			return
		}
		defer proc.Close()
		for names, err := proc.Readdirnames(atOnce); err == nil; names, err = proc.Readdirnames(atOnce) {
			for _, name := range names {
				if pid, err := strconv.Atoi(name); err == nil && !yield(pid) {
					return
				}
			}
		}
	}
}

// atOnce is how many names of a folder are held in memory.
const atOnce = 256
