// Package silent mounts file systems that never answer, like one of a server that is gone, in a
// test's own mount namespace, which ends with its process.
package silent

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Mount mounts a file system that answers no request. If dead is set, as if its server had exited,
// requests fail at once; otherwise they block until end is called.
func Mount(folder string, dead bool) (end func(), err error) {
	fd, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf(
			"%w: the test needs this device: load the kernel's module fuse, or give it to the container", err)
	}
	end = func() { _ = unix.Close(fd) }
	if dead {
		defer end()
	}
	options := fmt.Sprintf("fd=%d,rootmode=40000,user_id=%d,group_id=%d", fd, os.Getuid(), os.Getgid())
	return end, unix.Mount("silent", folder, "fuse", 0, options)
}

// Namespace returns the attributes that give a command its own mounts.
func Namespace() *syscall.SysProcAttr {
	own := &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 { // only the owner of the PID namespace may mount its /proc
		own.Cloneflags |= unix.CLONE_NEWUSER | unix.CLONE_NEWPID
		own.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		own.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	return own
}

// inChild is the environment variable that marks the child.
const inChild = "USAGEDATA_TEST_SILENT_MOUNT"

// RunInChild runs the test again in a child that has such a file system at each of these folders,
// and reports whether this is the child. The parent has nothing more to do.
func RunInChild(t *testing.T, folders ...string) bool {
	t.Helper()
	if os.Getenv(inChild) == "" {
		c := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
		c.Env = append(os.Environ(), inChild+"=1")
		c.SysProcAttr = Namespace()
		if output, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, output)
		}
		return false
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		end, err := Mount(folder, false)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = unix.Unmount(folder, unix.MNT_DETACH)
			end()
		})
	}
	return true
}
