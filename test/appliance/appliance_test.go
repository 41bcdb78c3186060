package appliance_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/test/appliance/postgres"
	"polycom.com/usagedata/test/appliance/processes"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// owns is set in the environment if this test binary must start the simulators that are processes.
const owns = "TEST_OWNS_STANDINS"

func TestMain(m *testing.M) {
	if os.Getenv(owns) == "" {
		os.Exit(m.Run())
	}
	if err := own(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// own starts them, prints "ready", and closes them when its input ends.
func own() error {
	plain, err := snmpd.Start(snmpd.Config{})
	if err != nil {
		return err
	}
	private, err := snmpd.Start(snmpd.Config{V3: true})
	if err != nil {
		return err
	}
	cluster, err := postgres.Start(postgres.Config{})
	if err != nil {
		return err
	}
	made, err := processes.Start(processes.Config{Zombies: map[string]int{"Slow Eater": 7}, Dir: os.TempDir(),
		Cores: map[string]int{"Crasher": 1}, Listen: []processes.Address{{Network: "udp4", Address: "127.0.0.1:0"}}})
	if err != nil {
		return err
	}
	if _, err := processes.Start(processes.Config{Zombies: map[string]int{"Slow": 1, "a/b": 1}}); err == nil {
		return errors.New("a name with a folder: got no error")
	}
	fmt.Fprintln(os.Stdout, "ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	// Close must also end an agent that is stopped by SIGSTOP.
	return errors.Join(plain.Stop(), plain.Close(), private.Close(), cluster.Close(), made.Close(), childless())
}

// childless returns an error if a child of this process is left, even a zombie.
func childless() error {
	if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); !errors.Is(err, unix.ECHILD) {
		return fmt.Errorf("got child %d, %v, want none", pid, err)
	}
	return nil
}

// Simulator processes end with their owner, whether it is killed or closes them, and leave no file
// behind. If a killed one leaves parts of a cluster, the next cluster removes them.
func TestNothingOutlivesItsOwner(t *testing.T) {
	// from now on, every process that loses its parent becomes a child of this process
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	if err := os.Chmod(filepath.Dir(temp), 0o755); err != nil { // the cluster may run under its own account
		t.Fatal(err)
	}
	for _, row := range []struct{ end, left string }{{"closed", "*"}, {"killed", ""}, {"closed", "usagedata-pg-*"}} {
		owner := exec.Command("/proc/self/exe")
		owner.Env = append(os.Environ(), owns+"=1", "TMPDIR="+temp)
		owner.Stderr = os.Stderr
		in, err := owner.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := owner.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := owner.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); strings.TrimSpace(line) != "ready" {
			t.Fatalf("got %q, %v, want it ready", line, err)
		}
		if row.end == "killed" {
			err = errors.Join(owner.Process.Kill(), in.Close())
		} else {
			err = in.Close()
		}
		if ended := owner.Wait(); err != nil || (ended == nil) != (row.end == "closed") {
			t.Errorf("%s: got %v, %v", row.end, err, ended)
		}
		if !soon(func() bool { return childless() == nil }) {
			t.Errorf("%s: got processes left behind, want none", row.end)
		}
		if left, _ := filepath.Glob(filepath.Join(temp, row.left)); row.left != "" && len(left) > 0 {
			t.Errorf("%s: got %v left behind, want nothing", row.end, left)
		}
	}
}

func soon(holds func() bool) bool {
	for until := time.Now().Add(time.Minute); time.Now().Before(until); <-time.After(5 * time.Millisecond) {
		if holds() {
			return true
		}
	}
	return false
}
