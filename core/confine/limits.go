package confine

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// What a process may use. Only for its own user's processes does the kernel keep count, so it is not told a root.
const (
	descriptors = 256
	tasks       = 128 // more than there are at the start, threads counted
)

// noCore is a byte and not none: a core of at most one byte is what the kernel takes for "not even for the program that
// handles cores".
const noCore = 1

// unloved makes the kernel, when memory is out, end the process before any other.
const unloved = "1000"

// limit is one of the kernel's.
type limit struct {
	which int
	most  uint64
}

// Bound bounds the resources of a process that runs. What it did before, from its first instruction to this call, is
// not bounded but for core dumps, which HideMemory has bounded for this process and its children: the kernel keeps
// these limits per process, and to have them from the start they would have to be this process's own. A plugin that
// uses the moment gains some descriptors, or bytes in a folder that is removed after it.
//
// The process itself stays one that its user's other processes may look at: this one does, in /proc, and so does the
// conformance suite. Another plugin can't: it is confined.
func Bound(pid int) Measure {
	for _, l := range []limit{
		{unix.RLIMIT_CORE, noCore}, {unix.RLIMIT_FSIZE, 0}, {unix.RLIMIT_NOFILE, descriptors},
		{unix.RLIMIT_MEMLOCK, 64 << 10},
	} {
		if err := bound(pid, l); err != nil {
			return lacking(protection.Resources, "limits", err)
		}
	}
	if os.Getuid() != 0 {
		if err := bound(pid, limit{unix.RLIMIT_NPROC, ownTasks() + tasks}); err != nil {
			return lacking(protection.Resources, "limits", err)
		}
	}
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), []byte(unloved), 0) // a courtesy to others
	return Bounding()
}

// Bounding is what Bound will do, for the report.
func Bounding() Measure {
	if err := unix.Prlimit(0, unix.RLIMIT_CORE, nil, &unix.Rlimit{}); err != nil {
		return lacking(protection.Resources, "limits", err)
	}
	return had(protection.Resources, fmt.Sprintf("%d descriptors, no core dump, files stay empty", descriptors))
}

// bound lowers a limit; one that is lower already stays.
func bound(pid int, l limit) error {
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
	for pid := range everybody() {
		count += tasksOf(pid, own)
	}
	return count
}

// tasksOf counts the threads of a process of that user; none of another's. The owner of a process's folder is its user,
// and the folder of its threads has a link for each, and two more: to read its status takes ten times as long.
func tasksOf(pid int, user uint32) uint64 {
	var process, threads unix.Stat_t
	folder := fmt.Sprintf("/proc/%d", pid)
	if unix.Stat(folder, &process) != nil || process.Uid != user || unix.Stat(folder+"/task", &threads) != nil {
		return 0
	}
	return uint64(max(threads.Nlink, 3)) - 2
}

// number is the first number behind the word at the beginning of a line, zero without one.
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
