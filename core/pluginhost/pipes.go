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

// pipes are the plugin's standard streams, all that it inherits: standard input is the lifeline, which ends with this
// process; see wire.Lifeline. All of them close on exec, so that no other child holds them open.
type pipes struct {
	lifeline, stdout, stderr *os.File    // our ends
	theirs                   [3]*os.File // the plugin's, until it is started
}

func newPipes() (p pipes, err error) {
	p.theirs[0], p.lifeline, err = os.Pipe()
	if err == nil {
		p.stdout, p.theirs[1], err = os.Pipe()
	}
	if err == nil {
		p.stderr, p.theirs[2], err = os.Pipe()
	}
	if err != nil {
		p.handedOver()
		p.close()
		return pipes{}, fmt.Errorf("start plugin: %w", err)
	}
	return p, nil
}

// handedOver closes the plugin's ends: it has its own now, or there is none.
func (p pipes) handedOver() {
	for _, end := range p.theirs {
		_ = end.Close() // a second time, or of none, does no harm
	}
}

// close closes our ends. Who still reads the lifeline ends with it.
func (p pipes) close() {
	for _, end := range []*os.File{p.lifeline, p.stdout, p.stderr} {
		_ = end.Close()
	}
}

// keepToOurselves closes on exec what whoever started this process has left open in it: a shell's or a service
// manager's descriptors are nothing for a plugin. What this process opens itself closes anyway.
func keepToOurselves() {
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd > syscall.Stderr {
			unix.CloseOnExec(fd)
		}
	}
}

// environment is what the plugin gets beside the handshake: its lifeline, and how much memory its runtime may take
// before it tidies up harder. The rest of what it may have is for what the runtime does not count.
func environment(p profile.Profile) []string {
	return []string{wire.Lifeline + "=" + wire.LifelineStdin, fmt.Sprintf("GOMEMLIMIT=%d", p.Limits.MostMemory()*3/4)}
}
