package confine

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// The limits of a process. The limit of threads is not set for root, because the kernel enforces
// it only for ordinary users.
const (
	descriptors = 256
	extraTasks  = 128 // more than exist at the start, threads counted
)

// noCore is one byte and not zero: the kernel takes a limit of at most one byte to mean that not
// even the program that handles core dumps gets one.
const noCore = 1

// oomScore makes the OOM killer prefer the plugin.
const oomScore = "1000"

// limit is a resource limit of the kernel.
type limit struct {
	which int
	most  uint64
}

// SetLimits bounds the resources of a process that runs. Between its first instruction and this
// call it is unbounded except for core dumps, which [HideMemory] has bounded for this process and
// its children: the kernel keeps these limits per process, and to have them from the start they
// would have to be this process's own. A plugin that uses the moment gains some descriptors, or
// bytes in a folder that is removed after it.
//
// Other processes of its user may still inspect the process in /proc, as this process and the
// conformance suite do. Another plugin cannot, because it is confined.
func SetLimits(pid int) Status {
	for _, l := range []limit{
		{unix.RLIMIT_CORE, noCore}, {unix.RLIMIT_FSIZE, 0}, {unix.RLIMIT_NOFILE, descriptors},
		{unix.RLIMIT_MEMLOCK, 64 << 10},
	} {
		if err := lowerLimit(pid, l); err != nil {
			return notEnforced(protection.Resources, "limits", err)
		}
	}
	if os.Getuid() != 0 {
		if err := lowerLimit(pid, limit{unix.RLIMIT_NPROC, ownTasks() + extraTasks}); err != nil {
			return notEnforced(protection.Resources, "limits", err)
		}
	}
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), []byte(oomScore), 0) // a courtesy to other processes
	return LimitsStatus()
}

// LimitsStatus returns the result that [SetLimits] will have, for the report.
func LimitsStatus() Status {
	if err := unix.Prlimit(0, unix.RLIMIT_CORE, nil, &unix.Rlimit{}); err != nil {
		return notEnforced(protection.Resources, "limits", err)
	}
	return enforced(protection.Resources,
		fmt.Sprintf("at most %d open files, no core dump, no writing to files", descriptors))
}

// lowerLimit lowers a limit. If it is lower already, it stays.
func lowerLimit(pid int, l limit) error {
	var before unix.Rlimit
	if err := unix.Prlimit(pid, l.which, nil, &before); err != nil {
		return err
	}
	most := min(l.most, before.Max)
	return unix.Prlimit(pid, l.which, &unix.Rlimit{Cur: most, Max: most}, nil)
}

// ownTasks counts the threads of this user's processes.
func ownTasks() (count uint64) {
	own := uint32(os.Getuid())
	for pid := range allProcesses() {
		count += tasksOf(pid, own)
	}
	return count
}

// tasksOf counts the threads of a process if it belongs to that user, and returns 0 otherwise. The
// owner of a process's folder is its user, and the folder of its threads has one link for each
// thread, plus two. Reading its status would take ten times as long.
func tasksOf(pid int, user uint32) uint64 {
	var process, threads unix.Stat_t
	folder := fmt.Sprintf("/proc/%d", pid)
	if unix.Stat(folder, &process) != nil || process.Uid != user || unix.Stat(folder+"/task", &threads) != nil {
		return 0
	}
	return uint64(max(threads.Nlink, 3)) - 2
}

// number returns the first number after the word at the beginning of a line, or 0 if there is none.
func number(status, word string) int64 {
	_, rest, ok := strings.Cut(status, "\n"+word)
	fields := strings.Fields(rest)
	if !ok || len(fields) == 0 {
		return 0
	}
	n, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
