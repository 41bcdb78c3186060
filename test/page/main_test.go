// Package page_test opens the page in a real Chromium, with the real host behind it: the choice,
// the dialog, the keyboard, no script, a forged request, and the layout on three screens in light
// and dark mode.
package page_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/test/built"
	"polycom.com/usagedata/test/timezone"
)

// bin is the folder of the built programs and of the products under test.
var bin string

// testedProducts are a product whose profile does not ask again, and the one whose profile does (CONS-5).
var testedProducts = []string{"dma", "websuite"}

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	syscall.Umask(0o022) // a plugin is not started if others may write its files
	dir, err := os.MkdirTemp("", "ud-page")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin = filepath.Join(dir, "bin")
	now := time.Now()
	// The local clock shows 25 past the hour, in a zone of whole minutes, when the tests begin, so
	// that no blackout begins during a test.
	zone := filepath.Join(dir, "zone")
	if err := errors.Join(timezone.Write(zone, now, 0, 25, int(now.Unix()%60)), os.Setenv("TZ", zone)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := built.Programs(bin, testedProducts...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
