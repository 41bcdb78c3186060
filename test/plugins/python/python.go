// Package python makes a product whose plugin is written in Python. FOR TESTS ONLY: it shows that core/wire/README.md
// is all that an author in another language needs, to people and to the conformance suite.
package python

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
)

// ID is the product's.
const ID = "python"

// Install lays the product out below dir, as a packager would, and returns its folder.
func Install(dir string) (string, error) {
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		return "", errors.New("install the plugin in Python: its sources are not known")
	}
	build := exec.Command(filepath.Join(filepath.Dir(here), "build.sh"), dir)
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the plugin in Python: %w\n%s", err, said)
	}
	return filepath.Join(dir, ID), nil
}
