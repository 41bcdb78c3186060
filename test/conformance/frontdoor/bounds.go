package frontdoor

import (
	"syscall"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/confine"
)

// Bounds on the process. They keep one that takes without measure from harming the machine, and are wider than the
// host's, so that it is seen that somebody needs more than the host gives.
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
	excess := confine.Watch(p.cmd.Process.Pid, confine.Plan{Memory: muchMore * memory, Folder: p.Folder}, p.ended)
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
