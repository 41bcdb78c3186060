package sysinfo

import (
	"bufio"
	"strconv"
	"strings"
)

// meminfo is /proc/meminfo, in bytes by name. A line that is odd costs itself.
type meminfo map[string]int64

// maxKilobytes is more than any machine can address.
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

// total is the machine's memory, which is never nothing.
func (i meminfo) total() *int64 {
	total, ok := i["MemTotal"]
	return positive(total, ok)
}

// within returns a part of a whole; nil if one of the two is not known, or if the part is larger.
func (i meminfo) within(part, whole string) *int64 {
	size, ok := i[part]
	all, known := i[whole]
	if !ok || !known || size > all {
		return nil
	}
	return &size
}

// cached includes what the kernel can take back of its own. Older kernels do not say that.
func (i meminfo) cached() *int64 {
	cached, ok := i["Cached"]
	cached += i["SReclaimable"]
	return known(cached, ok && cached <= i["MemTotal"])
}

// used is the rest.
func (i meminfo) used() *int64 {
	free, buffers, cached := i.within("MemFree", "MemTotal"), i.within("Buffers", "MemTotal"), i.cached()
	if free == nil || buffers == nil || cached == nil {
		return nil
	}
	return known(i["MemTotal"]-*free-*buffers-*cached, true)
}

// swapUsed is what is not free.
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
