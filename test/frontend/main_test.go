// Package frontend_test runs a real nginx, as a product's front end, in front of the real host's
// admin socket. It uses the example that packagers get and the product's own page in a real
// Chromium, and checks that outsiders are refused.
package frontend_test

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

// bin is the output of make build, with the product under test: the one whose page asks (CONS-5).
var bin string

const product = "websuite"

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	syscall.Umask(0o022) // a plugin that others may write is not started
	dir, err := os.MkdirTemp("", "ud-frontend")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin = filepath.Join(dir, "bin")
	now := time.Now()
	// The local clock shows 25 past the hour when the tests begin, so that no blackout begins
	// during one.
	zone := filepath.Join(dir, "zone")
	if err := errors.Join(timezone.Write(zone, now, 0, 25, int(now.Unix()%60)), os.Setenv("TZ", zone)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := built.Programs(bin, product); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
