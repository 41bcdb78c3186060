package confine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A control group lets the kernel itself bound the memory of a process and its descendants,
// immediately and to the page, while [Watch] polls. A service can make groups only if the system's
// administrator has delegated its own group to it (Delegate= in a systemd unit). The kernel wants
// processes in the leaves only, so this process first moves into a leaf of its own.

// Cgroup is a control group for one child. A nil Cgroup bounds nothing, and there is nothing to
// remove.
type Cgroup struct {
	path  string
	procs *os.File // opened beforehand: a confined thread cannot open it, but may write to it
}

const (
	cgroups  = "/sys/fs/cgroup" // mount point of version 2
	ownLeaf  = "host"
	leafName = "plugin-" // followed by the pid of the process that made it
)

// errUndelegated is returned if no group was delegated.
var errUndelegated = errors.New("no control group is delegated to this service")

// NewCgroup makes a group whose processes together have at most so many bytes of memory. If it
// returns an error, [Watch] has to do alone.
func NewCgroup(memory int64) (*Cgroup, error) {
	base, err := delegated()
	if err != nil {
		return nil, err
	}
	if err := prepareGroups(base); err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp(base, fmt.Sprintf("%s%d-", leafName, os.Getpid()))
	if err != nil {
		return nil, err
	}
	c := &Cgroup{path: path}
	if err := c.limitMemory(memory); err != nil {
		return nil, errors.Join(err, c.Remove())
	}
	return c, nil
}

// delegated returns this process's own group, or the group above it if it has already moved into
// its leaf.
func delegated() (string, error) {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		own, version2 := strings.CutPrefix(strings.TrimSpace(line), "0::")
		if !version2 {
			continue
		}
		base := filepath.Join(cgroups, own)
		if filepath.Base(base) == ownLeaf {
			base = filepath.Dir(base)
		}
		if isDelegated(base) {
			return base, nil
		}
	}
	return "", errUndelegated
}

// isDelegated looks for the mark that systemd sets. A group without it, such as that of a login
// session, belongs to somebody else.
func isDelegated(path string) bool {
	mark := make([]byte, 8)
	for _, name := range []string{"user.delegate", "trusted.delegate"} {
		if n, err := unix.Getxattr(path, name, mark); err == nil && string(mark[:n]) == "1" {
			return true
		}
	}
	return false
}

// prepareGroups moves this process into its leaf and lets groups below base bound memory. It also
// removes groups that a former host left behind. It may be called again.
func prepareGroups(base string) error {
	leaf := filepath.Join(base, ownLeaf)
	if err := os.Mkdir(leaf, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	left, _ := filepath.Glob(filepath.Join(base, leafName+"*"))
	for _, path := range left {
		_ = unix.Rmdir(path) // a group that holds a process stays
	}
	return errors.Join(writeControl(leaf, "cgroup.procs", "0"), writeControl(base, "cgroup.subtree_control", "+memory"))
}

// writeControl writes to a file of a control group.
func writeControl(group, file, text string) error {
	f, err := os.OpenFile(filepath.Join(group, file), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func (c *Cgroup) limitMemory(memory int64) (err error) {
	if err := writeControl(c.path, "memory.max", fmt.Sprint(memory)); err != nil {
		return err
	}
	_ = writeControl(c.path, "memory.swap.max", "0")  // a kernel without swap has no such file
	_ = writeControl(c.path, "memory.oom.group", "1") // all its processes are killed together
	c.procs, err = os.OpenFile(filepath.Join(c.path, "cgroup.procs"), os.O_WRONLY, 0)
	return err
}

// Add moves a process into the group; its later children are in it too.
func (c *Cgroup) Add(pid int) error {
	if c == nil {
		return nil
	}
	_, err := fmt.Fprint(c.procs, pid)
	return err
}

// Exceeded reports whether the OOM killer has killed a process of the group for exceeding its
// memory.
func (c *Cgroup) Exceeded() bool {
	if c == nil {
		return false
	}
	events, _ := os.ReadFile(filepath.Join(c.path, "memory.events"))
	return number("\n"+string(events), "oom_kill ") > 0
}

// Remove kills the processes that are left in the group, and removes it. A crash before it leaves
// an empty group, which the next [NewCgroup] removes.
func (c *Cgroup) Remove() error {
	if c == nil {
		return nil
	}
	if c.procs != nil {
		c.procs.Close()
	}
	_ = writeControl(c.path, "cgroup.kill", "1") // since Linux 5.14; before, those left are already being killed
	err := unix.Rmdir(c.path)
	for until := time.Now().Add(time.Second); err == unix.EBUSY && time.Now().Before(until); err = unix.Rmdir(c.path) {
		<-time.After(5 * time.Millisecond)
	}
	return err
}
