package pluginhost

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/test/shelf"
)

// The plugin has its three streams from the host and no other descriptor, not even one that was
// leaked to the host when it was started.
func TestDescriptorsAreNotInherited(t *testing.T) {
	forgotten, err := unix.Open(os.DevNull, unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(forgotten)
	if _, got := inheritedBy(t); got != "0 1 2" {
		t.Errorf("got descriptors %q want 0 1 2", got)
	}
}

// However a plugin's start ends, the host keeps none of its files open.
func TestNoDescriptorStaysOpen(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // which would close forgotten files at some time
	first, _ := install(t, shelf.Sound)
	_, _ = first.Collect(t.Context(), period(), nil, Former{}) // files opened once, for all starts, are open now
	for name, tt := range map[string]struct {
		mode string
		set  func(*Host)
	}{
		"good": {shelf.Sound, func(*Host) {}},
		"not executable": {shelf.Sound, func(h *Host) {
			text, _ := os.ReadFile(h.Product.Plugin())
			_ = os.Remove(h.Product.Plugin()) // a link to the program of all plugins
			_ = os.WriteFile(h.Product.Plugin(), text, 0o644)
		}},
		"others may write": {shelf.Sound,
			func(h *Host) { _ = os.Chmod(filepath.Join(h.Product.Dir, product.ChecksumName), 0o666) }},
		"ends at once": {"exits", func(*Host) {}},
		"is killed":    {"mute", func(h *Host) { h.startTimeout = time.Second }},
		"dies":         {"killed", func(*Host) {}},
		"not confined": {shelf.Sound, func(h *Host) {
			h.Product.Profile.Confinement.Minimum, h.allowChildren = protection.All(), true
		}},
	} {
		t.Run(name, func(t *testing.T) {
			host, _ := install(t, tt.mode)
			tt.set(host)
			before := descriptors(t)
			_, err := host.Collect(t.Context(), period(), nil, Former{})
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

// The SDK's own tests show how it uses the lifeline.
func TestLifelineIsAnnounced(t *testing.T) {
	if environment, _ := inheritedBy(t); !strings.Contains(environment, "USAGEDATA_LIFELINE=stdin") {
		t.Errorf("got %q", environment)
	}
}
