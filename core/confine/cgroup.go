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

// A control group lets the kernel itself bound the memory of a process and of all that it starts, at once and to the
// page, where the watch looks every so often. A service has groups to give only where the system's administrator has
// delegated its own to it (Delegate= in a systemd unit), and the kernel wants processes in the leaves only: so this
// process moves into a leaf of its own first.

// Cgroup is a control group for one child. A nil one is none: nothing is bounded by it, and nothing is there to remove.
type Cgroup struct {
	path  string
	procs *os.File // opened beforehand: a confined thread can't open it, and may write to it
}

const (
	cgroups  = "/sys/fs/cgroup" // where version 2 is mounted
	ownLeaf  = "host"
	leafName = "plugin-" // with the number of the process that made it
)

// errUndelegated says that there is nothing to give.
var errUndelegated = errors.New("no control group is delegated to this service")

// NewCgroup makes a group whose processes have at most so many bytes of memory together. An error says why there is
// none: the watch has to do.
func NewCgroup(memory int64) (*Cgroup, error) {
	base, err := delegated()
	if err != nil {
		return nil, err
	}
	if err := makeRoom(base); err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp(base, fmt.Sprintf("%s%d-", leafName, os.Getpid()))
	if err != nil {
		return nil, err
	}
	c := &Cgroup{path: path}
	if err := c.bound(memory); err != nil {
		return nil, errors.Join(err, c.Remove())
	}
	return c, nil
}

// delegated is this process's own group, or the one above it if it has moved into a leaf already.
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

// isDelegated goes by the mark that systemd leaves. A group without it, a login session's for one, is somebody else's
// to arrange.
func isDelegated(path string) bool {
	mark := make([]byte, 8)
	for _, name := range []string{"user.delegate", "trusted.delegate"} {
		if n, err := unix.Getxattr(path, name, mark); err == nil && string(mark[:n]) == "1" {
			return true
		}
	}
	return false
}

// makeRoom moves this process into its leaf and lets groups below base bound memory. What a host that is gone has left
// is removed on the way; doing it all again does no harm.
func makeRoom(base string) error {
	leaf := filepath.Join(base, ownLeaf)
	if err := os.Mkdir(leaf, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	left, _ := filepath.Glob(filepath.Join(base, leafName+"*"))
	for _, path := range left {
		_ = unix.Rmdir(path) // one that holds a process stays
	}
	return errors.Join(put(leaf, "cgroup.procs", "0"), put(base, "cgroup.subtree_control", "+memory"))
}

// put writes to a file that the kernel has made.
func put(group, file, text string) error {
	f, err := os.OpenFile(filepath.Join(group, file), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func (c *Cgroup) bound(memory int64) (err error) {
	if err := put(c.path, "memory.max", fmt.Sprint(memory)); err != nil {
		return err
	}
	_ = put(c.path, "memory.swap.max", "0")  // a kernel without swap has no such file
	_ = put(c.path, "memory.oom.group", "1") // all of it ends together
	c.procs, err = os.OpenFile(filepath.Join(c.path, "cgroup.procs"), os.O_WRONLY, 0)
	return err
}

// Add puts a process into the group, with what it starts from now on.
func (c *Cgroup) Add(pid int) error {
	if c == nil {
		return nil
	}
	_, err := fmt.Fprint(c.procs, pid)
	return err
}

// Exceeded tells whether the kernel has ended a process for taking more.
func (c *Cgroup) Exceeded() bool {
	if c == nil {
		return false
	}
	events, _ := os.ReadFile(filepath.Join(c.path, "memory.events"))
	return number("\n"+string(events), "oom_kill ") > 0
}

// Remove ends what is left in the group and removes it. A crash before it leaves an empty group to the next NewCgroup.
func (c *Cgroup) Remove() error {
	if c == nil {
		return nil
	}
	if c.procs != nil {
		c.procs.Close()
	}
	_ = put(c.path, "cgroup.kill", "1") // since Linux 5.14; without it there is nothing left but what is being ended
	err := unix.Rmdir(c.path)
	for until := time.Now().Add(time.Second); err == unix.EBUSY && time.Now().Before(until); err = unix.Rmdir(c.path) {
		<-time.After(5 * time.Millisecond)
	}
	return err
}
