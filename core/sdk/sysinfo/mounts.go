package sysinfo

import (
	"bufio"
	"slices"
	"strconv"
	"strings"
)

// mount holds one line of mountinfo.
type mount struct {
	id, parent string
	device     string // major:minor
	root       string // the directory of the device that is mounted
	point      string
	fstype     string
}

// mounts returns the mounts in the order of the file. It skips malformed lines. On the running
// system it reads the table of this process, because the kernel is asked about a path as this
// process sees it. Below another root it reads the table of that system's first process.
func (m machine) mounts() []mount {
	paths := []string{"proc/1/mountinfo", "proc/self/mountinfo"}
	if m.env.Path("/") == "/" {
		slices.Reverse(paths)
	}
	for _, path := range paths {
		if mounts := m.mountsOf(path); len(mounts) > 0 {
			return mounts
		}
	}
	return nil
}

func (m machine) mountsOf(path string) (mounts []mount) {
	f, err := m.env.Root.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if one, ok := parseMount(lines.Text()); ok {
			mounts = append(mounts, one)
		}
	}
	return mounts
}

// parseMount parses "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw". Any number of
// optional fields may precede the hyphen.
func parseMount(line string) (mount, bool) {
	before, after, ok := strings.Cut(line, " - ")
	fields, behind := strings.Fields(before), strings.Fields(after)
	if !ok || len(fields) < 6 || len(behind) == 0 || !strings.HasPrefix(fields[4], "/") {
		return mount{}, false
	}
	return mount{
		id: fields[0], parent: fields[1], device: fields[2], root: fields[3], point: unescaped(fields[4]),
		fstype: behind[0],
	}, true
}

// unescaped decodes the characters that the kernel writes in octal: \040 for a space, and also tab,
// line break, backslash and #.
func unescaped(path string) string {
	var plain strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '\\' && i+4 <= len(path) {
			if code, err := strconv.ParseUint(path[i+1:i+4], 8, 8); err == nil {
				plain.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		plain.WriteByte(path[i])
	}
	return plain.String()
}

// inaccessible reports whether systemd mounted this over a path that the service may not access:
// ProtectHome, InaccessiblePaths.
func (m mount) inaccessible() bool { return strings.Contains(m.root, "/systemd/inaccessible/") }

// tree finds the mount that a path leads to. If several mounts share a path, it is the topmost. A
// mount over a directory hides the mounts below that directory.
type tree struct {
	on      map[[2]string]mount // by the id of the mount below, and the path
	orphans map[string]mount    // by path: mounts whose parent is not in the table, such as the root
	tops    map[[2]string]mount // results of topmost: thousands of mounts may share a path
}

func treeOf(mounts []mount) tree {
	t := tree{map[[2]string]mount{}, map[string]mount{}, map[[2]string]mount{}}
	listed := map[string]bool{}
	for _, m := range mounts {
		listed[m.id] = true
	}
	for _, m := range mounts {
		if listed[m.parent] && m.parent != m.id {
			t.on[[2]string{m.parent, m.point}] = m
		} else {
			t.orphans[m.point] = m
		}
	}
	return t
}

// reach walks to a path as the kernel does. It reports false for steady if the path leads through a
// file system that may not answer, because the next directory is looked up there.
func (t tree) reach(path string) (at mount, steady bool) {
	steady = true
	for end := range len(path) + 1 {
		if end > 0 && end < len(path) && path[end] != '/' {
			continue
		}
		if end > 1 {
			steady = steady && (len(at.point) <= 1 || answers(at.fstype)) // the root has to answer anyway
		}
		at = t.topmost(at, max(path[:end], "/"))
	}
	return at, steady
}

// topmost returns the mount that is visible at the path, starting from a mount that contains it.
func (t tree) topmost(at mount, path string) mount {
	if orphan, ok := t.orphans[path]; ok {
		at = orphan
	}
	from := [2]string{at.id, path}
	if top, ok := t.tops[from]; ok {
		return top
	}
	for range t.on { // the limit ends the loop if the table contradicts itself
		above, ok := t.on[[2]string{at.id, path}]
		if !ok {
			break
		}
		at = above
	}
	t.tops[from] = at
	return at
}

// inMemory lists the file systems, in addition to those in [onDisk], that answer without another
// machine or process.
var inMemory = []string{"rootfs", "tmpfs", "ramfs", "devtmpfs", "overlay", "squashfs", "autofs"}

func answers(fstype string) bool {
	return slices.Contains(onDisk, fstype) || slices.Contains(inMemory, fstype)
}
