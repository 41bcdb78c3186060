package pluginhost

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// hostOf is the environment variable that makes the test binary a [Host] of the plugin in that
// folder, so that a test can kill it.
const hostOf = "TEST_HOST_OF"

func runHost(dir string) {
	host := open(dir, os.Getenv("TEST_RUN"))
	host.Product.Profile.Limits.Collect = time.Minute
	_, _ = host.Collect(context.Background(), period(), nil, Former{})
	os.Exit(0)
}

// If the host is killed, its plugin dies with it, even one that does nothing by which it would
// notice.
func TestPluginDiesWithItsHost(t *testing.T) {
	host, _ := install(t, "mute")
	ours := func(pid string) bool { return filepath.Dir(executable(pid)) == host.Product.Dir }
	ending := killWhen(t, host.Run, host.Product.Dir, func() bool { return len(processes(ours)) > 0 })
	checkDeaths(t, ours, ending)
}

// soon waits for a condition that takes a moment, and on a busy machine much longer.
func soon(holds func() bool) bool {
	for until := time.Now().Add(time.Minute); time.Now().Before(until); <-time.After(10 * time.Millisecond) {
		if holds() {
			return true
		}
	}
	return false
}

// processes lists the processes for which wanted returns true.
func processes(wanted func(pid string) bool) []string {
	var found []string
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		if pid := filepath.Base(folder); wanted(pid) {
			found = append(found, pid)
		}
	}
	return found
}

func executable(pid string) string {
	path, _ := os.Readlink("/proc/" + pid + "/exe")
	return path
}
