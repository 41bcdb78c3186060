package pluginhost

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
)

// hostOf makes the test binary a host of the plugin in that folder, so that a test can kill one.
const hostOf = "TEST_HOST_OF"

func beHost(dir string) {
	text, err := os.ReadFile(filepath.Join(dir, product.PluginName))
	if err != nil {
		panic(err)
	}
	p := profile.Profile{
		ID: filepath.Base(dir), Version: 1, Categories: []profile.Category{{Name: "first"}, {Name: "second"}},
		Limits: profile.Limits{Collect: time.Minute, Collector: time.Minute},
	}
	host := &Host{
		Product: product.Installed{Profile: p, Dir: dir, Sum: sha256.Sum256(text)}, Run: os.Getenv("TEST_RUN"), Root: "/",
		Log: hclog.NewNullLogger(),
	}
	_, _ = host.Collect(context.Background(), period(), nil)
	os.Exit(0)
}

// A host that is killed takes its plugin with it, also one that does nothing by which it would notice.
func TestPluginDiesWithItsHost(t *testing.T) {
	host, _ := install(t, "silent")
	ours := func(pid string) bool { return filepath.Dir(executable(pid)) == host.Product.Dir }
	ending := killWhen(t, host.Run, host.Product.Dir, func() bool { return len(processes(ours)) > 0 })
	follow(t, ours, ending)
}

// soon waits for something that takes a moment, and on a busy machine much longer.
func soon(holds func() bool) bool {
	for until := time.Now().Add(time.Minute); time.Now().Before(until); <-time.After(10 * time.Millisecond) {
		if holds() {
			return true
		}
	}
	return false
}

// processes lists the processes that are as wanted.
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

func cmdline(pid string) string {
	text, _ := os.ReadFile("/proc/" + pid + "/cmdline")
	return string(text)
}
