package confine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// exceed uses more and more of a resource until it is killed.
func exceed(what string, args []string) {
	var eaten [20_000][]byte
	defer func() { <-time.After(10 * time.Second) }() // it is killed before, if anything bounds it
	for n := range eaten {
		switch what {
		case "eat":
			piece := make([]byte, 1<<20)
			for i := range piece {
				piece[i] = byte(i)
			}
			eaten[n%len(eaten)] = piece
		case "thread":
			if n < 3*maxThreads {
				go syscall.Select(0, nil, nil, nil, &syscall.Timeval{Sec: 20})
			}
		case "fill":
			if f, err := os.Create(filepath.Join(args[0], fmt.Sprintf("a-file-with-a-long-name-%d", n))); err == nil {
				_ = f.Close()
			}
		}
	}
}

func child(what string) error {
	command := exec.Command("/proc/self/exe")
	command.Env = []string{attemptOf + "=" + what}
	return command.Start()
}

// SEND-5: a process that uses too much is killed ([Excess]), with everything that it started, soon
// and with the reason.
func TestExcessIsKilled(t *testing.T) {
	for what, want := range map[string]Excess{
		"eat":          "it used more than 64 MB of memory",
		"eat by child": "it used more than 64 MB of memory",
		// If the tests run as an ordinary user, the kernel refuses more threads, and the process
		// exits by itself.
		"thread": ifRoot[Excess]("it started more than 512 threads", ""),
		"fill":   "it filled its folder with files",
	} {
		t.Run(what, func(t *testing.T) {
			plan, _ := confined(t)
			plan.Children = what == "eat by child"
			if raceEnabled {
				plan.Memory, want = plan.Memory*8, Excess(strings.Replace(string(want), "64", "512", 1))
			}
			command := &exec.Cmd{
				Path: fmt.Sprintf("/proc/self/fd/%d", plan.Binary.Fd()), Args: []string{"plugin", plan.Folder},
				Env: []string{attemptOf + "=" + what}, SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
			}
			var got Excess
			var most int64
			started := time.Now()
			RunOnThread(plan, func(thread Thread) {
				thread.Permit(command.SysProcAttr)
				if err := command.Start(); err != nil {
					t.Error(err)
					return
				}
				SetLimits(command.Process.Pid)
				ended := make(chan struct{})
				go func() { _ = command.Wait(); close(ended) }()
				got = Watch(command.Process.Pid, plan, thread.Report, ended)
				most = resourcesOf(append(groupMembers(command.Process.Pid), command.Process.Pid)).bytes
				_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
				<-ended
			})
			if got != want {
				t.Errorf("got %q want %q", got, want)
			}
			t.Logf("ended after %v with %d MB", time.Since(started).Round(time.Millisecond), most>>20)
			if left := runningHere(); len(left) > 0 {
				t.Errorf("still running: %v", left)
			}
		})
	}
}

// runningHere lists the other processes of this test's binary, except those that are being killed.
func runningHere() (left []string) {
	self, _ := os.Readlink("/proc/self/exe")
	for until := time.Now().Add(time.Minute); time.Now().Before(until); <-time.After(20 * time.Millisecond) {
		left = nil
		folders, _ := filepath.Glob("/proc/[0-9]*")
		for _, folder := range folders {
			path, _ := os.Readlink(folder + "/exe")
			if path == self && filepath.Base(folder) != fmt.Sprint(os.Getpid()) {
				left = append(left, filepath.Base(folder))
			}
		}
		if len(left) == 0 {
			return nil
		}
	}
	return left
}

// [Watch] leaves a process within its limits alone.
func TestWatchLeavesAProcessWithinItsLimits(t *testing.T) {
	plan, _ := confined(t)
	plan.Memory = 1 << 30
	stop := make(chan struct{})
	time.AfterFunc(300*time.Millisecond, func() { close(stop) })
	if got := Watch(os.Getpid(), plan, nil, stop); got != "" {
		t.Errorf("got %q want nothing", got)
	}
}

// S12: the threads of a process are counted without its files being read, and those of other users
// are not.
func TestS12TasksOfAUser(t *testing.T) {
	pid, user := os.Getpid(), uint32(os.Getuid())
	threads := func() int64 {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		return number(string(status), "Threads:")
	}
	before, got, after := threads(), tasksOf(pid, user), threads()
	if int64(got) < before || int64(got) > after {
		t.Errorf("got %d threads of this process, want from %d to %d", got, before, after)
	}
	if got := tasksOf(pid, user+1); got != 0 {
		t.Errorf("got %d of another user's, want none", got)
	}
	if all := ownTasks(); all < got {
		t.Errorf("got %d of this user's, want at least %d", all, got)
	}
	if !slices.Contains(slices.Collect(allProcesses()), pid) {
		t.Error("this process is not among all")
	}
}
