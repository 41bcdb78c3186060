package sysinfo

import (
	"bufio"
	"slices"
	"strconv"
	"strings"
)

// mount is a line of mountinfo.
type mount struct {
	id, parent string
	device     string // major:minor
	root       string // the folder of the device that is mounted
	point      string
	fstype     string
}

// mounts lists the mounts in the order of the file. A line that is not one of mountinfo costs itself. On the running
// system it is the table of this process, because its own view of a path is what the kernel is asked about; below
// another root it is the table of that system's first process.
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

// parseMount parses "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw". There may be any number of fields
// before the hyphen.
func parseMount(line string) (mount, bool) {
	before, after, ok := strings.Cut(line, " - ")
	fields, behind := strings.Fields(before), strings.Fields(after)
	if !ok || len(fields) < 6 || len(behind) == 0 || !strings.HasPrefix(fields[4], "/") {
		return mount{}, false
	}
	return mount{
		id: fields[0], parent: fields[1], device: fields[2], root: fields[3], point: unescaped(fields[4]), fstype: behind[0],
	}, true
}

// unescaped replaces \040 by a space, and whatever else the kernel writes in octal: tab, line break, backslash, #.
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

// closed reports whether it is what systemd mounts where a service may not look: ProtectHome, InaccessiblePaths.
func (m mount) closed() bool { return strings.Contains(m.root, "/systemd/inaccessible/") }

// tree finds the mount that a path leads to. Of several at one path it is the topmost, and a mount over a folder hides
// those that were below it.
type tree struct {
	on      map[[2]string]mount // by the id of the mount that it is on, and its path
	orphans map[string]mount    // by path: their parent is not in the table, as that of the root is not
	tops    map[[2]string]mount // what topmost has found: thousands may lie on one path
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

// reach walks to a path as the kernel does. steady is false if the way leads through a file system that may not
// answer: a folder is looked up in it.
func (t tree) reach(path string) (at mount, steady bool) {
	steady = true
	for end := range len(path) + 1 {
		if end > 0 && end < len(path) && path[end] != '/' {
			continue
		}
		if end > 1 {
			steady = steady && (len(at.point) <= 1 || answers(at.fstype)) // the root has to answer in any case
		}
		at = t.topmost(at, max(path[:end], "/"))
	}
	return at, steady
}

// topmost is what is seen at the path, from a mount that has it.
func (t tree) topmost(at mount, path string) mount {
	if orphan, ok := t.orphans[path]; ok {
		at = orphan
	}
	from := [2]string{at.id, path}
	if top, ok := t.tops[from]; ok {
		return top
	}
	for range t.on { // at most so often, however the table contradicts itself
		above, ok := t.on[[2]string{at.id, path}]
		if !ok {
			break
		}
		at = above
	}
	t.tops[from] = at
	return at
}

// memory are the file systems, beside those on disks, that need nobody else to answer.
var memory = []string{"rootfs", "tmpfs", "ramfs", "devtmpfs", "overlay", "squashfs", "autofs"}

func answers(fstype string) bool {
	return slices.Contains(onDisk, fstype) || slices.Contains(memory, fstype)
}
