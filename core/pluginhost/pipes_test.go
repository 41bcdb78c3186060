package pluginhost

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/protection"
)

// inherited lists what this process has from the one that started it: what it opened itself closes on exec.
func inherited() string {
	var numbers []string
	for fd := range 256 {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			numbers = append(numbers, fmt.Sprint(fd))
		}
	}
	return strings.Join(numbers, " ")
}

// The plugin has its three streams of the host, and no other descriptor: not even one that the host's own starter
// forgot.
func TestDescriptorsAreNotInherited(t *testing.T) {
	forgotten, err := unix.Open(os.DevNull, unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(forgotten)
	host, _ := install(t, "descriptors")
	description, err := host.Describe(t.Context())
	if got := description.GetPluginVersion(); err != nil || got != "0 1 2" {
		t.Errorf("got descriptors %q, %v want 0 1 2", got, err)
	}
}

// However a plugin's start ends, the host keeps nothing open of it.
func TestNothingStaysOpen(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // which would close what is forgotten, some time
	first, _ := install(t, "good")
	_, _ = first.Collect(t.Context(), period(), nil) // what is opened once, for all starts, is open from here on
	for name, tt := range map[string]struct {
		mode string
		set  func(*Host)
	}{
		"good": {"good", func(*Host) {}},
		"not executable": {"good", func(h *Host) {
			text, _ := os.ReadFile(h.Product.Plugin())
			_ = os.Remove(h.Product.Plugin()) // a link to the test's own binary
			_ = os.WriteFile(h.Product.Plugin(), text, 0o644)
		}},
		"others may write": {"good",
			func(h *Host) { _ = os.Chmod(filepath.Join(h.Product.Dir, product.ChecksumName), 0o666) }},
		"ends at once": {"exits", func(*Host) {}},
		"is killed":    {"silent", func(h *Host) { h.patience = time.Second }},
		"dies":         {"dies", func(*Host) {}},
		"not confined": {"good", func(h *Host) {
			h.Product.Profile.Confinement.Minimum, h.children = protection.All(), true
		}},
	} {
		t.Run(name, func(t *testing.T) {
			host, _ := install(t, tt.mode)
			tt.set(host)
			before := descriptors(t)
			_, err := host.Collect(t.Context(), period(), nil)
			if (err == nil) != (name == "good") {
				t.Errorf("got %v", err)
			}
			if !soon(func() bool { return len(descriptors(t)) == len(before) }) {
				t.Errorf("open before %q, after %q", before, descriptors(t))
			}
		})
	}
}

func descriptors(t *testing.T) []string {
	t.Helper()
	var open []string
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		target, _ := os.Readlink("/proc/self/fd/" + e.Name())
		open = append(open, target)
	}
	return open
}

// What the SDK does with it, its own tests show.
func TestLifelineIsAnnounced(t *testing.T) {
	host, _ := install(t, "environment")
	description, err := host.Describe(t.Context())
	if err != nil || !strings.Contains(description.GetPluginVersion(), "USAGEDATA_LIFELINE=stdin") {
		t.Errorf("got %q, %v", description.GetPluginVersion(), err)
	}
}
