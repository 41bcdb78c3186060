package sysinfo

import (
	"bufio"
	"strconv"
	"strings"
)

// meminfo holds the sizes in /proc/meminfo, in bytes by name. A malformed line is skipped.
type meminfo map[string]int64

// maxKilobytes is more memory than any machine can address.
const maxKilobytes = 1 << 43

func (m machine) meminfo() meminfo {
	sizes := meminfo{}
	f, err := m.env.Root.Open("proc/meminfo")
	if err != nil {
		return sizes
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, rest, ok := strings.Cut(lines.Text(), ":")
		size, unit, _ := strings.Cut(strings.TrimSpace(rest), " ")
		kilobytes, err := strconv.ParseInt(size, 10, 64)
		if ok && err == nil && unit == "kB" && kilobytes >= 0 && kilobytes < maxKilobytes {
			sizes[name] = kilobytes << 10
		}
	}
	return sizes
}

// total returns the machine's memory, or nil if it is unknown or zero.
func (i meminfo) total() *int64 {
	total, ok := i["MemTotal"]
	return positive(total, ok)
}

// within returns the size named part. It returns nil if part or whole is unknown, or if part is
// larger than whole.
func (i meminfo) within(part, whole string) *int64 {
	size, ok := i[part]
	all, known := i[whole]
	if !ok || !known || size > all {
		return nil
	}
	return &size
}

// cached returns the page cache, including the kernel memory that can be reclaimed, which older
// kernels do not report.
func (i meminfo) cached() *int64 {
	cached, ok := i["Cached"]
	cached += i["SReclaimable"]
	return known(cached, ok && cached <= i["MemTotal"])
}

// used returns the total memory without free memory, buffers and cache. It returns nil if one of
// them is unknown.
func (i meminfo) used() *int64 {
	free, buffers, cached := i.within("MemFree", "MemTotal"), i.within("Buffers", "MemTotal"), i.cached()
	if free == nil || buffers == nil || cached == nil {
		return nil
	}
	return known(i["MemTotal"]-*free-*buffers-*cached, true)
}

// swapUsed returns the swap space that is not free, or nil if it is unknown.
func (i meminfo) swapUsed() *int64 {
	free := i.within("SwapFree", "SwapTotal")
	if free == nil {
		return nil
	}
	return known(i["SwapTotal"]-*free, true)
}

func (i meminfo) swapTotal() *int64 {
	total, ok := i["SwapTotal"]
	return known(total, ok)
}
