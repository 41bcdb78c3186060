package confine

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// SEND-5: if the service has control groups to delegate, the kernel bounds the plugin's memory; if
// not, [NewCgroup] returns an error and changes nothing. `make kernel` runs this on a kernel that
// has them.
func TestCgroup(t *testing.T) {
	const most = 64 << 20
	base, err := delegated()
	if err != nil {
		if c, err := NewCgroup(most); c != nil || !errors.Is(err, errUndelegated) {
			t.Errorf("got %v, %v, want it refused: nothing is delegated here", c, err)
		}
		return
	}
	for what, exceeds := range map[string]bool{"eat": true, "eat by child": true, "nothing": false} {
		c, err := NewCgroup(most)
		if err != nil {
			t.Fatal(err)
		}
		child := &exec.Cmd{
			Path: "/proc/self/exe", Args: []string{os.Args[0]}, Env: []string{attemptOf + "=" + what},
			SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
		}
		if err := errors.Join(child.Start(), c.Add(child.Process.Pid)); err != nil {
			t.Fatal(err)
		}
		// An emulated machine is slow.
		late := time.AfterFunc(time.Minute, func() { _ = syscall.Kill(-child.Process.Pid, syscall.SIGKILL) })
		started := time.Now()
		_ = child.Wait()
		late.Stop()
		if c.Exceeded() != exceeds {
			t.Errorf("%s: got exceeded %v want %v", what, !exceeds, exceeds)
		}
		t.Logf("%s: ended after %v, %s", what, time.Since(started).Round(time.Millisecond), child.ProcessState)
		if err := c.Remove(); err != nil {
			t.Errorf("%s: remove: %v", what, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(base, leafName+"*")); len(left) > 0 {
		t.Errorf("%d groups are left", len(left))
	}
	if own, _ := os.ReadFile("/proc/self/cgroup"); !strings.HasSuffix(strings.TrimSpace(string(own)), "/"+ownLeaf) {
		t.Errorf("got %q, want this process in its leaf", own)
	}
}
