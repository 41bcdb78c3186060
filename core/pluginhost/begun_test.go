package pluginhost

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/profile"
)

// What keeps the host from starting a process is told from what the plugin does: only the latter is held against it.
func TestNotBegun(t *testing.T) {
	for name, tt := range map[string]struct {
		mode string
		set  func(*Host)
		want bool
	}{
		"another checksum": {"good", func(h *Host) { h.Product.Sum = sha256.Sum256(nil) }, true},
		"no binary":        {"good", func(h *Host) { h.Product.Dir = filepath.Join(h.Product.Dir, "missing") }, true},
		"others may write": {"good", func(h *Host) { _ = os.Chmod(filepath.Join(h.Product.Dir, profile.ChecksumName), 0o666) }, true},
		"no run folder":    {"good", func(h *Host) { h.Run = os.DevNull }, true},
		"exits":            {"exits", func(*Host) {}, false},
		"dies in a call":   {"dies", func(*Host) {}, false},
	} {
		t.Run(name, func(t *testing.T) {
			host, _ := install(t, tt.mode)
			tt.set(host)
			_, err := host.Collect(t.Context(), period(), nil)
			if err == nil || errors.Is(err, ErrNotBegun) != tt.want {
				t.Errorf("got %v, want not begun %v", err, tt.want)
			}
		})
	}
}
