package frontdoor

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/confine"
)

// Sample is what the process has at a moment.
type Sample struct {
	Resident, Peak       int64 // bytes
	Descriptors, Threads int
	Slots                int           // for descriptors: a power of two, and as many as were ever open at a time
	Processor            time.Duration // used so far, by it and children that it waited for
}

// tick is the unit of processor time in /proc, on every architecture of today.
const tick = 10 * time.Millisecond

// Sample looks at the process; all zero when it has ended.
func (p *Plugin) Sample() (s Sample) {
	folder := fmt.Sprintf("/proc/%d/", p.cmd.Process.Pid)
	status, err := os.ReadFile(folder + "status")
	if err != nil {
		return s
	}
	s.Resident, s.Peak = kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:")
	s.Threads, s.Slots = int(field(status, "Threads:")), int(field(status, "FDSize:"))
	open, _ := os.ReadDir(folder + "fd")
	s.Descriptors = len(open)
	s.Processor = processor(folder)
	return s
}

func kilobytes(status []byte, name string) int64 { return field(status, name) << 10 }

func field(status []byte, name string) int64 {
	_, rest, _ := strings.Cut(string(status), "\n"+name)
	words := strings.Fields(rest)
	if len(words) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(words[0], 10, 64) // the kernel wrote it
	return n
}

// processor adds up the fields 14 to 17 of stat; the second one may hold blanks, and ends with the last bracket.
func processor(folder string) (used time.Duration) {
	stat, _ := os.ReadFile(folder + "stat")
	words := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(words) < 15 {
		return 0
	}
	for _, word := range words[11:15] {
		ticks, _ := strconv.ParseInt(word, 10, 64)
		used += time.Duration(ticks) * tick
	}
	return used
}

// Bounds on the process. They keep one that takes without measure from harming the machine, and are wider than the
// host's, so that the suite sees a plugin that needs more than the host gives.
const (
	mostDescriptors = 1024
	mostWritten     = 1 << 20 // bytes of one file
	muchMore        = 6       // times what the profile gives of memory
)

// bound sets them on a process that runs already: whoever it was before, it has taken nothing yet.
func bound(pid int) {
	for resource, most := range map[int]uint64{
		unix.RLIMIT_NOFILE: mostDescriptors, unix.RLIMIT_FSIZE: mostWritten, unix.RLIMIT_CORE: 0,
	} {
		_ = unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil) // it may have ended
	}
}

// watchOver ends the process when it has far more memory than the host lets it have, or more threads or processes.
func (p *Plugin) watchOver(memory int64) {
	excess := confine.Watch(p.cmd.Process.Pid, confine.Plan{Memory: muchMore * memory, Folder: p.Folder}, nil, p.ended)
	if excess == "" {
		return
	}
	p.over.Store(string(excess))
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
}

// Over says of what the process had so much that it was ended, in the host's words; empty where it was not.
func (p *Plugin) Over() string {
	over, _ := p.over.Load().(string)
	return over
}
