package pluginhost

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/test/shelf"
)

// If the host is killed, its plugin and the plugin's children die within a second, even if they do
// everything they can to survive.
func TestChildrenDieWithTheHost(t *testing.T) {
	for _, name := range []string{"survives", "clings"} {
		t.Run(name, func(t *testing.T) {
			host, _ := install(t, name)
			dir := host.Product.Dir
			family := func(pid string) bool { return strings.HasPrefix(executable(pid), dir+"/") }
			t.Cleanup(func() { endAll(processes(family)) }) // survivors are reported; none may stay
			ending := killWhen(t, host.Run, dir, func() bool { return slices.ContainsFunc(processes(family), ready) })
			checkDeaths(t, family, ending)
		})
	}
}

// ready reports whether the plugin has done its work: it then gives one of its threads the name
// [shelf.Mark].
func ready(pid string) bool {
	names, _ := filepath.Glob("/proc/" + pid + "/task/*/comm")
	return slices.ContainsFunc(names, func(name string) bool {
		text, _ := os.ReadFile(name)
		return strings.TrimSpace(string(text)) == shelf.Mark
	})
}

func endAll(pids []string) {
	for _, pid := range pids {
		if number, err := strconv.Atoi(pid); err == nil {
			_ = syscall.Kill(number, syscall.SIGKILL)
		}
	}
}

// checkDeaths expects the processes to end within a second after their host. If the machine took
// more than a tenth of that to end the host, they have ten times as long.
func checkDeaths(t *testing.T, family func(pid string) bool, ending time.Duration) {
	t.Helper()
	killed := time.Now()
	if !soon(func() bool { return len(processes(family)) == 0 }) {
		t.Fatalf("%d processes live on", len(processes(family)))
	}
	if took, most := time.Since(killed), max(time.Second, 10*ending); took > most {
		t.Errorf("they lived for %v more, want %v at most; the host took %v to end", took, most, ending)
	}
}

// killWhen starts a [Host] of the plugin in that folder and kills it once holds returns true. It
// returns how long the host took to end.
func killWhen(t *testing.T, run, dir string, holds func() bool) (ending time.Duration) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self)
	command.Env = append(os.Environ(), hostOf+"="+dir, "TEST_RUN="+run)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	held := soon(holds)
	killed := time.Now()
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // killed
	ending = time.Since(killed)
	if !held {
		t.Error("the plugin and its child came not to do its harm")
	}
	t.Cleanup(func() { removeStaleFolders(run) }) // files that the killed host could not remove
	return ending
}
