package trial

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// family lists the processes of the plugin and their descendants: those that run its binary, or
// have its folder's name. Zombies count: they were not reaped.
func (a *appliance) family() []int {
	if a.dir == "" {
		return nil
	}
	return familyBelow(a.path("products"))
}

// familyBelow lists the processes of plugins that are installed below this folder, and their
// descendants.
func familyBelow(products string) []int {
	var found []int
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		pid, err := strconv.Atoi(filepath.Base(folder))
		if err != nil || pid == os.Getpid() {
			continue
		}
		target, _ := os.Readlink(folder + "/exe")
		if strings.HasPrefix(target, products+"/") || strings.HasPrefix(command(pid), products+"/") {
			found = append(found, pid)
		}
	}
	return found
}

func command(pid int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.TrimSpace(strings.ReplaceAll(string(text), "\x00", " "))
}

func kill(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }

// socketsBelow lists the unix sockets below the folder that are still open.
func socketsBelow(folder string) []string {
	text, _ := os.ReadFile("/proc/net/unix")
	var found []string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, folder+"/") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

// seen holds the maxima of the processes while they ran.
type seen struct {
	peak int64 // the host's resident memory, in bytes
	nice int   // the highest of the plugin's
}

// watching samples processes every few milliseconds.
type watching struct {
	stop   chan struct{}
	result chan seen
}

func watch(host int, family func() []int) watching {
	w := watching{stop: make(chan struct{}), result: make(chan seen)}
	go func() {
		var s seen
		look := time.NewTicker(5 * time.Millisecond)
		defer look.Stop()
		for n := 0; ; n++ {
			s.peak = max(s.peak, peak(host))
			if n%50 == 49 { // listing all processes is expensive
				for _, pid := range family() {
					s.nice = max(s.nice, nice(pid))
				}
			}
			select {
			case <-w.stop:
				w.result <- s
				return
			case <-look.C:
			}
		}
	}()
	return w
}

func (w watching) end() seen {
	close(w.stop)
	return <-w.result
}

// peak returns the peak resident memory of a process, in bytes, or 0 if it has exited.
func peak(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(fields[0], 10, 64)
	return kilobytes << 10
}

// nice returns the 19th field of stat; the second may hold blanks, and ends with a bracket.
func nice(pid int) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 17 {
		return 0
	}
	n, _ := strconv.Atoi(fields[16])
	return n
}
