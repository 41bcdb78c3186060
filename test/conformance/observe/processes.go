package observe

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// signals is who gets a signal: the number of a process or a thread, or one that means several. A process that signals
// itself does nothing to others.
func signals(c notice) []string { return c.toOthers(int(int32(c.args[0]))) }

// signalsBehind is the same by a descriptor.
func signalsBehind(c notice) []string {
	return c.toOthers(number(fmt.Sprintf("/proc/%d/fdinfo/%d", c.tid, int32(c.args[0])), "Pid:"))
}

func (n notice) toOthers(target int) []string {
	if own := processOf(int(n.tid)); own != 0 && target > 0 && processOf(target) == own {
		return nil
	}
	return []string{strconv.Itoa(target)}
}

// processOf is the process that a thread belongs to, or 0.
func processOf(tid int) int { return number(fmt.Sprintf("/proc/%d/status", tid), "Tgid:") }

// number is the one behind a word in a file of /proc, or 0.
func number(file, word string) int {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, word); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(rest))
			return n
		}
	}
	return 0
}
