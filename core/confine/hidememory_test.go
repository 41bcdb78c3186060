package confine

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// wait writes that it is ready, and waits until its input ends.
func wait(hidden bool) error {
	if hidden {
		if err := HideMemory(); err != nil {
			return err
		}
	}
	if _, err := os.Stdout.WriteString("ready\n"); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// asOrdinaryUser makes the command run as an ordinary user if the tests run as root, because root
// may look at everything.
func asOrdinaryUser(c *exec.Cmd) *exec.Cmd {
	if os.Getuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	c.Dir = "/"
	return c
}

func attemptCommand(t *testing.T, what string, args ...string) *exec.Cmd {
	c := exec.CommandContext(t.Context(), "/proc/self/exe", args...)
	c.Env = []string{attemptOf + "=" + what, "GOTRACEBACK=crash", "GORACE=atexit_sleep_ms=0"}
	return asOrdinaryUser(c)
}

// ANON-1: no core dump is made of a process that hides its memory ([HideMemory]), and no other
// process of its user can read it. A stack trace is still possible.
func TestHideMemory(t *testing.T) {
	for how, want := range map[string]string{"hidden": "EACCES", "open": "done"} {
		hidden := attemptCommand(t, "wait", how)
		var trace bytes.Buffer
		hidden.Stderr = &trace
		in, err := hidden.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := hidden.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := hidden.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
			t.Fatalf("%s: got %q and %v", how, line, err)
		}
		got, err := attemptCommand(t, "memory of", fmt.Sprint(hidden.Process.Pid)).Output()
		if err != nil || string(got) != want {
			t.Errorf("%s: to read its memory: got %q and %v, want %s", how, got, err, want)
		}
		if how == "hidden" {
			checkClosed(t, hidden.Process.Pid)
		}
		_ = hidden.Process.Signal(syscall.SIGQUIT)
		_ = hidden.Process.Signal(syscall.SIGCONT) // if it could be traced, it was stopped
		in.Close()
		_ = hidden.Wait() // it is killed by a signal
		if status, _ := hidden.ProcessState.Sys().(syscall.WaitStatus); how == "hidden" && status.CoreDump() {
			t.Error("got a core dump, want none")
		}
		if !strings.Contains(trace.String(), "goroutine ") {
			t.Errorf("%s: got no stack trace: %.200q", how, &trace)
		}
	}
}

// checkClosed checks the limit and the other ways in.
func checkClosed(t *testing.T, pid int) {
	t.Helper()
	if got, err := attemptCommand(t, "trace", fmt.Sprint(pid)).Output(); err != nil || string(got) != "EPERM" {
		t.Errorf("to trace it: got %q and %v, want EPERM", got, err)
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(string(text), "Max core file size")
	line, _, _ = strings.Cut(line, "\n")
	if got := strings.Join(strings.Fields(line), " "); got != "1 1 bytes" && got != "0 0 bytes" { // lower limits stay
		t.Errorf("core dumps: got the limits %s, want one byte at most", got)
	}
}
