package confine

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// The watch works on every system. If there is a control group for the child, the kernel is faster.
const (
	watchInterval = 50 * time.Millisecond  // between two looks at the process
	groupInterval = 500 * time.Millisecond // between two searches for others of its group

	// Limits of a plugin: its processes, its threads, and the bytes of names in its folder.
	maxProcesses = 8
	maxThreads   = 512
	maxFolder    = 64 << 10
)

// Excess says which limit a process has exceeded; [Watch] returns it.
type Excess string

// Watch looks at a process, the processes of its group, and the folder that it may write in, until
// stop is closed or a limit is exceeded. It returns the excess. It searches all processes for
// others of the group, unless the report says that the process can start none.
func Watch(pid int, plan Plan, report Report, stop <-chan struct{}) Excess {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	pids := []int{pid}
	alone := len(report.Lacking([]protection.Feature{protection.Processes})) == 0
	for n := 0; ; n++ {
		if !alone && n%int(groupInterval/watchInterval) == 1 {
			pids = append(pids[:1], groupMembers(pid)...)
		}
		if too := resourcesOf(pids).exceeds(plan); too != "" {
			return too
		}
		select {
		case <-ticker.C:
		case <-stop:
			return ""
		}
	}
}

// WatchStatus returns the result that [Watch] will have, for the report, and says whether a control
// group bounds the memory too.
func WatchStatus(plan Plan, group *Cgroup) Status {
	how := "watched"
	if group != nil {
		how = "limited by a control group, and watched"
	}
	return enforced(protection.Memory,
		fmt.Sprintf("%s: killed above %d MB or %d threads", how, plan.Memory>>20, maxThreads))
}

// MemoryExcess returns the excess of a process that used more memory than it may.
func (p Plan) MemoryExcess() Excess {
	return Excess(fmt.Sprintf("it used more than %d MB of memory", p.Memory>>20))
}

// resources is the sum of the resources of some processes.
type resources struct {
	processes      int
	threads, bytes int64
}

func (u resources) exceeds(plan Plan) Excess {
	switch {
	case u.bytes > plan.Memory:
		return plan.MemoryExcess()
	case u.processes > maxProcesses:
		return Excess(fmt.Sprintf("it started more than %d processes", maxProcesses-1))
	case u.threads > maxThreads:
		return Excess(fmt.Sprintf("it started more than %d threads", maxThreads))
	case folderFull(plan.Folder):
		return "it filled its folder with files"
	}
	return ""
}

// folderFull checks the size of the folder itself, which grows with the names in it. The files stay
// empty.
func folderFull(folder string) bool {
	info, err := os.Stat(folder)
	return err == nil && info.Size() > maxFolder
}

// resourcesOf adds up the memory that is resident or swapped out. Memory that processes share
// counts for each.
func resourcesOf(pids []int) (u resources) {
	for _, pid := range pids {
		status, err := statusOf(pid)
		if err != nil {
			continue // the process has ended
		}
		u.processes++
		u.threads += number(status, "Threads:")
		u.bytes += (number(status, "VmRSS:") + number(status, "VmSwap:")) << 10
	}
	return u
}

// maxStatus is larger than the file in which the kernel shows the status of a process, in bytes.
const maxStatus = 8 << 10

// statusOf returns the status of a process. It takes three system calls, many times a second;
// [os.ReadFile] would take nine.
func statusOf(pid int) (string, error) {
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/status", pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	var text [maxStatus]byte
	n, err := unix.Read(fd, text[:])
	return string(text[:max(n, 0)]), err
}
