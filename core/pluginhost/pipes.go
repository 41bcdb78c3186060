package pluginhost

import (
	"fmt"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire"
)

// pipes are the plugin's standard streams, the only descriptors that it inherits. Standard input is
// the lifeline, which ends with this process: see [wire.Lifeline]. All pipes close on exec, so that
// no other child holds them open.
type pipes struct {
	lifeline, stdout, stderr *os.File    // our ends
	childEnds                [3]*os.File // the plugin's ends, until it is started
}

func newPipes() (p pipes, err error) {
	p.childEnds[0], p.lifeline, err = os.Pipe()
	if err == nil {
		p.stdout, p.childEnds[1], err = os.Pipe()
	}
	if err == nil {
		p.stderr, p.childEnds[2], err = os.Pipe()
	}
	if err != nil {
		p.closeChildEnds()
		p.close()
		return pipes{}, fmt.Errorf("start plugin: %w", err)
	}
	return p, nil
}

// closeChildEnds closes the plugin's ends: it has its own copies now, or was not started.
func (p pipes) closeChildEnds() {
	for _, end := range p.childEnds {
		_ = end.Close() // closing twice, or closing nil, does no harm
	}
}

// close closes our ends. A plugin that still reads the lifeline then exits.
func (p pipes) close() {
	for _, end := range []*os.File{p.lifeline, p.stdout, p.stderr} {
		_ = end.Close()
	}
}

// setCloseOnExec sets close-on-exec on the descriptors that this process inherited: the plugin
// must not get a shell's or a service manager's descriptors. The files that this process opens
// itself have it already.
func setCloseOnExec() {
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd > syscall.Stderr {
			unix.CloseOnExec(fd)
		}
	}
}

// environment returns the variables of the plugin in addition to the handshake's: its lifeline, and
// the amount of memory from which its runtime collects garbage harder. The rest of its memory limit
// is for memory that the runtime does not count.
func environment(p profile.Profile) []string {
	return []string{wire.Lifeline + "=" + wire.LifelineStdin, fmt.Sprintf("GOMEMLIMIT=%d", p.Limits.MemoryLimit()*3/4)}
}
