package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// figures are those of one contestant in one round.
type figures struct {
	Documents int
	Took      time.Duration
	CPU       time.Duration // of the contestant's processes
	P50, P99  time.Duration
	Memory    int64 // bytes, at most
	Stored    int64 // bytes of the files
	Files     int
	Others    float64 // processors that other programs of the machine used meanwhile
}

func (f figures) rate() float64 { return float64(f.Documents) / f.Took.Seconds() }

func (f figures) cost() time.Duration { return f.CPU / time.Duration(max(f.Documents, 1)) }

// times collects how long each request took.
type times struct {
	mu  sync.Mutex
	all []time.Duration
}

func (t *times) add(took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, took)
}

func (t *times) into(f *figures) {
	slices.Sort(t.all)
	f.Documents = len(t.all)
	if f.Documents > 0 {
		f.P50, f.P99 = t.all[f.Documents/2], t.all[f.Documents*99/100]
	}
}

// ownCPU returns the processor time of this process, or of those of its children that have ended.
func ownCPU(who int) time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(who, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// tick is the unit of times in /proc.
const tick = time.Second / 100

// cpuOf returns the processor time of a running process and of its running children.
func cpuOf(pid int) (total time.Duration) {
	for _, one := range family(pid) {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", one))
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) > 12 {
			user, _ := strconv.Atoi(fields[11])
			system, _ := strconv.Atoi(fields[12])
			total += time.Duration(user+system) * tick
		}
	}
	return total
}

func family(pid int) []int {
	all := []int{pid}
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, word := range strings.Fields(string(text)) {
		if child, err := strconv.Atoi(word); err == nil {
			all = append(all, family(child)...)
		}
	}
	return all
}

// memoryOf returns a figure of /proc/PID/status, in bytes, summed over a process and its children: VmHWM
// is the most memory so far, VmRSS that of now. Pages that nginx's processes share count in each.
func memoryOf(pid int, name string) (total int64) {
	for _, one := range family(pid) {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", one))
		_, after, _ := strings.Cut(string(text), name+":")
		number, _, _ := strings.Cut(strings.TrimSpace(after), " ")
		kb, _ := strconv.ParseInt(number, 10, 64)
		total += kb << 10
	}
	return total
}

// busy returns the processor time that the machine has spent.
func busy() time.Duration {
	text, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(text), "\n")
	var total time.Duration
	for i, word := range strings.Fields(line) {
		if n, err := strconv.ParseInt(word, 10, 64); err == nil && i != 4 && i != 5 && i < 9 { // not idle, not waiting
			total += time.Duration(n) * tick
		}
	}
	return total
}

// sizeOf returns the bytes and the number of the files in a folder.
func sizeOf(folder string) (size int64, files int) {
	_ = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil {
				size, files = size+info.Size(), files+1
			}
		}
		return nil
	})
	return size, files
}
