package pluginhost

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/test/shelf"
)

// Errors that keep the host from starting a process ([ErrNotStarted]) differ from failures of the
// plugin: only the latter count against it.
func TestErrorsBeforeTheStartAreNotThePlugins(t *testing.T) {
	for name, tt := range map[string]struct {
		mode string
		set  func(*Host)
		want bool
	}{
		"another checksum": {shelf.Sound, func(h *Host) { h.Product.Sum = sha256.Sum256(nil) }, true},
		"no binary": {shelf.Sound, func(h *Host) { h.Product.Dir = filepath.Join(h.Product.Dir, "missing") },
			true},
		"others may write": {shelf.Sound, func(h *Host) {
			_ = os.Chmod(filepath.Join(h.Product.Dir, product.ChecksumName),
				0o666)
		}, true},
		"no run folder":     {shelf.Sound, func(h *Host) { h.Run = os.DevNull }, true},
		"a script":          {shelf.Sound, func(h *Host) { replace(t, h, "#!/bin/sh\nexit 0\n") }, true},
		"another machine's": {shelf.Sound, func(h *Host) { replace(t, h, "\x7fELF of another machine") }, true},
		"exits":             {"exits", func(*Host) {}, false},
		"dies in a call":    {"killed", func(*Host) {}, false},
	} {
		t.Run(name, func(t *testing.T) {
			host, _ := install(t, tt.mode)
			tt.set(host)
			_, err := host.Collect(t.Context(), period(), nil, Former{})
			if err == nil || errors.Is(err, ErrNotStarted) != tt.want {
				t.Errorf("got %v, want not begun %v", err, tt.want)
			}
		})
	}
}

// replace installs another file in place of the plugin, with its checksum.
func replace(t *testing.T, h *Host, text string) {
	t.Helper()
	if err := errors.Join(os.Remove(h.Product.Plugin()), os.WriteFile(h.Product.Plugin(), []byte(text),
		0o755)); err != nil {
		t.Fatal(err)
	}
	h.Product.Sum = sha256.Sum256([]byte(text))
}

func TestErrorOfAFileThatIsNoProgram(t *testing.T) {
	host, _ := install(t, shelf.Sound)
	replace(t, host, "\x7fELF of another machine")
	_, err := host.Collect(t.Context(), period(), nil, Former{})
	want := "start plugin sound: the plugin cannot be executed: exec format error; it must be a program built for " +
		"this machine, not a script"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
