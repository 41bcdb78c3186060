package sysinfo

import (
	"bufio"
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"
)

// processors holds the values of /proc/cpuinfo. A malformed line is skipped.
type processors struct {
	model        string // of the first processor with a name
	arm          bool   // whether Arm designed the processor whose lines are being read
	numbered     string // model of the first processor of Arm, which has only a number
	otherwise    string // name that other processors have
	threads      int
	sockets      map[int]bool
	cores        map[int]int // of each socket
	socket       int         // of the processor whose lines are being read
	guest        bool        // whether it runs in a virtual machine
	reportsGuest bool        // whether this type of processor would report that
}

func (m machine) processors() processors {
	p := processors{sockets: map[int]bool{}, cores: map[int]int{}}
	f, err := m.env.Root.Open("proc/cpuinfo")
	if err != nil {
		return p
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ":")
		p.add(strings.TrimSpace(key), strings.TrimSpace(value))
	}
	if p.model == "" && p.threads > 0 {
		p.model = cmp.Or(p.numbered, mapped(tidy(p.otherwise), cpuModels))
	}
	return p
}

// add parses one line. Only x86 lists fpu among its flags.
func (p *processors) add(key, value string) {
	switch key {
	case "processor":
		if isNumber(value) {
			p.threads++
		}
	case "model name":
		if p.model == "" {
			p.model = mapped(tidy(value), cpuModels)
		}
	case "CPU implementer":
		p.arm = value == "0x41"
	case "CPU part":
		if p.arm && p.numbered == "" {
			p.numbered = armModel(value)
		}
	case "Processor", "Model Name", "cpu":
		p.otherwise = value
	case "physical id":
		if id, ok := socket(value); ok {
			p.sockets[id], p.socket = true, id
		}
	case "cpu cores":
		if cores, err := strconv.ParseUint(value, 10, 16); err == nil && p.sockets[p.socket] {
			p.cores[p.socket] = int(cores)
		}
	case "flags":
		flags := strings.Fields(value)
		p.guest = p.guest || slices.Contains(flags, "hypervisor")
		p.reportsGuest = p.reportsGuest || slices.Contains(flags, "fpu")
	}
}

// neoverse holds the part numbers of Arm's Neoverse processors: N1, V1, N2, E1, V2, V3AE, V3, N3.
var neoverse = []uint64{0xd0c, 0xd40, 0xd49, 0xd4a, 0xd4f, 0xd83, 0xd84, 0xd8e}

// The other part numbers in this range are those of Arm's Cortex processors.
const firstCortex, lastCortex = 0xc05, 0xd89

// armModel returns the family of a processor of Arm. The kernel reports only its part number.
func armModel(part string) string {
	number, err := strconv.ParseUint(part, 0, 16)
	switch {
	case err != nil:
		return ""
	case slices.Contains(neoverse, number):
		return "ARM Neoverse"
	case number >= firstCortex && number <= lastCortex:
		return "ARM Cortex"
	}
	return other
}

// The directory of the processors, and the largest number of processors that a kernel can have.
const (
	allProcessors = "sys/devices/system/cpu"
	maxProcessors = 1 << 16
)

// threadCount returns the number of processors in use, from the first of three sources that reports
// it.
func (m machine) threadCount(p processors) *int64 {
	if p.threads > 0 {
		return known(p.threads, true)
	}
	if counted := m.countedThreads(); counted > 0 {
		return known(counted, true)
	}
	return positive(listed(m.word(allProcessors+"/online")), true)
}

// countedThreads returns how many processors /proc/stat has a line for: cpu0, cpu1 and so on.
func (m machine) countedThreads() (count int) {
	f, err := m.env.Root.Open("proc/stat")
	if err != nil {
		return 0
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		name, _, _ := strings.Cut(lines.Text(), " ")
		if number, ok := strings.CutPrefix(name, "cpu"); ok && isNumber(number) {
			count++
		}
	}
	return count
}

// listed returns how many numbers a list such as 0-3,8 contains, or 0 if it is malformed.
func listed(ranges string) (count int) {
	for one := range strings.SplitSeq(ranges, ",") {
		first, last, isRange := strings.Cut(one, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 16)
		to, wrong := strconv.ParseUint(last, 10, 16)
		if err != nil || wrong != nil || to < from {
			return 0
		}
		count += int(to-from) + 1
	}
	return count
}

// socketCount returns the number of sockets with processors in use. On x86 /proc/cpuinfo lists
// them; other processors only have them in /sys.
func (m machine) socketCount(p processors, threads *int64) *int64 {
	sockets := p.sockets
	if len(sockets) == 0 {
		sockets = map[int]bool{}
		for _, name := range m.entries(allProcessors) {
			if id, ok := socket(m.word(path.Join(allProcessors, name, "topology/physical_package_id"))); ok {
				sockets[id] = true
			}
		}
	}
	return atMost(positive(len(sockets), true), threads)
}

// coreCount returns the number of processors that share no core. If that is not known, it adds up
// the cores that /proc/cpuinfo reports for each socket.
func (m machine) coreCount(p processors, threads *int64) *int64 {
	alone := map[string]bool{}
	for _, name := range m.entries(allProcessors) {
		for _, file := range []string{"core_cpus_list", "thread_siblings_list"} { // the second until Linux 5.10
			if siblings := m.word(path.Join(allProcessors, name, "topology", file)); listed(siblings) > 0 {
				alone[siblings] = true
				break
			}
		}
	}
	count := len(alone)
	if count == 0 {
		for _, cores := range p.cores {
			count += cores
		}
	}
	return atMost(positive(count, true), threads)
}

// socket parses the number of a socket. -1 and 65535 mean that there is none.
func socket(text string) (int, bool) {
	id, err := strconv.ParseUint(text, 10, 16)
	return int(id), err == nil && id < maxProcessors-1
}

// atMost returns the number, or nil if it is larger than the limit.
func atMost(number, limit *int64) *int64 {
	if number == nil || limit != nil && *number > *limit {
		return nil
	}
	return number
}
