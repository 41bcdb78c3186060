// Command guest is the first process of a virtual machine, FOR TESTS ONLY: it mounts the file
// systems that a machine has, delegates a control group to itself as systemd does for a service,
// runs the given test programs, and powers the machine off. See test/kernel.sh.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// mounts are the file systems that the tests read.
var mounts = []struct{ kind, at string }{
	{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"tmpfs", "/tmp"}, {"cgroup2", "/sys/fs/cgroup"},
}

// root holds a control group for each program, as for a service.
const root = "/sys/fs/cgroup"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stdout, "guest: FAILED:", err)
	} else {
		fmt.Fprintln(os.Stdout, "guest: passed")
	}
	unix.Sync()
	_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
}

func run() error {
	for _, m := range mounts {
		if err := errors.Join(os.MkdirAll(m.at, 0o755), unix.Mount(m.kind, m.at, m.kind, 0, "")); err != nil {
			return fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	if err := os.WriteFile(root+"/cgroup.subtree_control", []byte("+memory"), 0); err != nil {
		return fmt.Errorf("bound memory: %w", err)
	}
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "guest: Linux %s\n", unix.ByteSliceToString(name.Release[:]))
	programs, err := filepath.Glob("/tests/*")
	if err != nil || len(programs) == 0 {
		return errors.New("there are no tests")
	}
	for _, program := range programs {
		err = errors.Join(err, try(program))
	}
	return err
}

// try runs a test program as a service whose control group is delegated to it, and checks that it
// leaves no groups behind.
func try(program string) error {
	unit := filepath.Join(root, filepath.Base(program)+".service")
	group, err := delegate(unit)
	if err != nil {
		return fmt.Errorf("delegate a control group: %w", err)
	}
	defer group.Close()
	tests := exec.Command(program, "-test.v", "-test.run", os.Getenv("tests"))
	tests.Env = []string{"TMPDIR=/tmp", "HOME=/tmp"}
	tests.Stdout, tests.Stderr = os.Stdout, os.Stdout
	tests.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: int(group.Fd())}
	err = tests.Run()
	if left, _ := filepath.Glob(unit + "/plugin-*"); len(left) > 0 {
		err = errors.Join(err, fmt.Errorf("%d control groups of plugins remain", len(left)))
	}
	return err
}

// delegate creates the group of a unit with Delegate=memory, and opens it.
func delegate(unit string) (*os.File, error) {
	if err := errors.Join(os.Mkdir(unit, 0o755), unix.Setxattr(unit, "user.delegate", []byte("1"), 0)); err != nil {
		return nil, err
	}
	return os.Open(unit)
}
