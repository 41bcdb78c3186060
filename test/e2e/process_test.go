package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"polycom.com/usagedata/test/stage"
)

// lock guards the variables that the scripts share.
var lock sync.Mutex

// processes returns the ids of the processes that run a binary below dir, according to /proc.
func processes(dir string) []int {
	var found []int
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || !strings.HasPrefix(target, dir+"/") {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link))); err == nil {
			found = append(found, pid)
		}
	}
	return found
}

// cmdKillPlugin waits until this stage's plugin is collecting, and kills it with SIGKILL.
func cmdKillPlugin(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(syscall.Kill(collecting(ts), syscall.SIGKILL))
}

// cmdKillHost waits until this stage's plugin is collecting, and kills the host with SIGKILL.
func cmdKillHost(ts *testscript.TestScript, _ bool, _ []string) {
	collecting(ts)
	for _, pid := range hosts(stageOf(ts).Config) {
		ts.Check(syscall.Kill(pid, syscall.SIGKILL))
	}
}

// asked holds, for each stage, the number of requests that its product had received when its fault
// was last set. A plugin that was started in the background since then may have sent requests
// before a command looks.
var asked sync.Map

// collecting waits until the plugin runs and has sent a request to the product since the last
// fault, and returns its process id.
func collecting(ts *testscript.TestScript) int {
	s := stageOf(ts)
	last, _ := asked.Load(s)
	before, _ := last.(int)
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); <-time.After(10 * time.Millisecond) {
		if running := processes(filepath.Join(s.Dir, "products")); len(running) > 0 && requests(s) > before {
			return running[0]
		}
	}
	ts.Fatalf("no plugin came to collect")
	return 0
}

// requests returns the number of requests that the stand-in for the product received, for all
// resources together.
func requests(s *stage.Stage) (total int) {
	for _, n := range s.Appliance.Requests() {
		total += n
	}
	return total
}

// cmdSignal: signal NAME sends a signal to every host that runs on this stage.
func cmdSignal(ts *testscript.TestScript, _ bool, args []string) {
	signals := map[string]syscall.Signal{"KILL": syscall.SIGKILL, "TERM": syscall.SIGTERM}
	for _, pid := range hosts(stageOf(ts).Config) {
		ts.Check(syscall.Kill(pid, signals[args[0]]))
	}
}

// hosts returns the ids of the hosts that were started with this configuration.
func hosts(config string) []int {
	var found []int
	for _, pid := range processes(bin) {
		line, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
		if strings.Contains(string(line), config) {
			found = append(found, pid)
		}
	}
	return found
}

// cmdNoProcess: noprocess fails unless host and plugin of this stage are gone within a hundred
// polls (no process is left behind). The polls take little more than a second, and longer on a busy
// machine.
func cmdNoProcess(ts *testscript.TestScript, _ bool, _ []string) {
	s := stageOf(ts)
	var left []int
	for range 100 {
		left = append(processes(filepath.Join(s.Dir, "products")), hosts(s.Config)...)
		if len(left) == 0 {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	ts.Fatalf("still running: %v", left)
}
