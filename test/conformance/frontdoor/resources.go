package frontdoor

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/confine"
)

// Sample is the resource usage of the process at one moment.
type Sample struct {
	Resident, Peak       int64 // bytes
	Descriptors, Threads int
	Slots                int           // descriptor table: a power of two, at least the most ever open
	Processor            time.Duration // CPU time used so far, by the process and the children that it waited for
}

// tick is the unit of CPU time in /proc, on every current architecture.
const tick = 10 * time.Millisecond

// Sample reads the process's resource usage; all fields are zero if the process has ended.
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

// processor adds up the fields 14 to 17 of /proc/PID/stat. The second field may contain spaces and
// ends with the last bracket.
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

// Scheduled returns how long the threads of the process have run in all, and how long they have
// waited for a processor. Both are zero if the process has ended, or the kernel does not count it.
func (p *Plugin) Scheduled() (ran, waited time.Duration) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	for _, thread := range threads {
		text, _ := os.ReadFile(thread) // empty if the thread has ended
		var on, off time.Duration
		if _, err := fmt.Sscan(string(text), &on, &off); err == nil { // in nanoseconds
			ran, waited = ran+on, waited+off
		}
	}
	return ran, waited
}

// Limits on the process. They keep a plugin without restraint from harming the machine, and are
// wider than the host's, so that the suite sees a plugin that needs more than the host allows.
const (
	mostDescriptors = 1024
	mostWritten     = 1 << 20 // bytes of one file
	muchMore        = 6       // times the memory that the profile allows
)

// limitResources sets the limits on a process that already runs: at this point it has used no
// resources yet.
func limitResources(pid int) {
	for resource, most := range map[int]uint64{
		unix.RLIMIT_NOFILE: mostDescriptors, unix.RLIMIT_FSIZE: mostWritten, unix.RLIMIT_CORE: 0,
	} {
		_ = unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil) // fails if the process has exited
	}
}

// watchOver kills the process if it exceeds the host's limit of memory by far, or the host's limit
// of threads or processes.
func (p *Plugin) watchOver(memory int64) {
	excess := confine.Watch(p.cmd.Process.Pid, confine.Plan{Memory: muchMore * memory, Folder: p.Folder}, nil, p.ended)
	if excess == "" {
		return
	}
	p.over.Store(string(excess))
	p.kill()
}

// Excess returns the resource that the process exceeded before it was killed, in the host's words,
// or "" if it was not killed for that.
func (p *Plugin) Excess() string {
	over, _ := p.over.Load().(string)
	return over
}
