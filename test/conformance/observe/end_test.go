package observe

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestExitCode(t *testing.T) {
	command, _ := played("/", "exit")
	watch, err := Start(command, nil)
	if err != nil {
		t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := command.Wait(); !errors.As(err, &ended) || ended.ExitCode() != 7 {
		t.Errorf("got %v want exit status 7", err)
	}
	if err := errors.Join(watch.Close(), watch.Close()); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

// If a program is killed, no descriptor and no goroutine is left, whether the watch is closed or
// not. (TestMain looks for goroutines.)
func TestKilled(t *testing.T) {
	for _, closing := range []bool{true, false} {
		before := descriptors(t)
		for range 5 {
			command, lifeline := waiting(t)
			watch, err := Start(command, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Process.Kill(); err != nil {
				t.Error(err)
			}
			err = command.Wait()
			status := command.ProcessState.Sys().(syscall.WaitStatus)
			if err == nil || status.Signal() != syscall.SIGKILL {
				t.Errorf("got %v want killed", err)
			}
			if closing {
				if err := watch.Close(); err != nil {
					t.Error(err)
				}
			} else if !ends(watch) {
				t.Error("the watching goes on")
			}
			lifeline.Close()
		}
		if after := descriptors(t); after > before {
			t.Errorf("closing %v: got %d descriptors want %d", closing, after, before)
		}
	}
}

func ends(watch *Watch) bool {
	select {
	case <-watch.done:
		return true
	case <-time.After(time.Minute):
		return false
	}
}

// waiting returns a program that waits for the end of its standard input.
func waiting(t *testing.T) (command *exec.Cmd, lifeline *os.File) {
	t.Helper()
	stdin, lifeline, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	command, _ = played("/", "wait")
	command.Stdin = stdin
	return command, lifeline
}

func descriptors(t *testing.T) int {
	t.Helper()
	all, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	sockets := 0
	for _, file := range all {
		if to, _ := os.Readlink(file); strings.HasPrefix(to, "socket:") || strings.Contains(to, "seccomp") {
			sockets++
		}
	}
	return sockets
}

// If a program asked for a signal at its parent's end, it gets it, although another program was
// executed in between.
func TestEndsWithItsParent(t *testing.T) {
	command := &exec.Cmd{Path: "/proc/self/exe", Env: []string{roleOf + "=parent"}}
	stdin, lifeline, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	defer lifeline.Close() // ends them if the test fails
	command.Stdin = stdin
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = command.Wait() // killed
	child := filepath.Join("/proc", strings.TrimSpace(line), "exe")
	for until := time.Now().Add(time.Minute); ; <-time.After(10 * time.Millisecond) {
		if _, err := os.Readlink(child); err != nil {
			return
		}
		if time.Now().After(until) {
			t.Fatal("it lives on")
		}
	}
}

// After Close calls are refused rather than answered, and do not hang.
func TestClosedBeforeTheEnd(t *testing.T) {
	dir := folder(t)
	stdin, lifeline, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	command, said := played(dir, "late", "new")
	command.Stdin = stdin
	watch, err := Start(command, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(watch.Close(), lifeline.Close(), command.Wait()); err != nil || said.String() != "ENOSYS" {
		t.Errorf("got %q %v want ENOSYS", said, err)
	}
}
