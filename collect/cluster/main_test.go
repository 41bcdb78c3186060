// Package cluster tests receivers as they are run: several programs behind a balancer, on one store,
// and each of them fails.
package cluster

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

var (
	// kills is the number of receivers to kill; `make receiver-kills` uses 200.
	kills = flag.Int("kills", 12, "how many receivers the tests kill")
	seed  = flag.Uint64("seed", 0, "the seed of what is random; 0 takes a new one")
)

// program is the path of usagedata-collect.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	folder, remove, err := ownFolder()
	if err != nil {
		return 0, err
	}
	defer remove()
	if program, err = build(folder); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// ownFolder makes a folder in which all temporary files of the tests are. A shell removes it when this
// process has ended in whatever way, because a killed test cannot.
func ownFolder() (folder string, remove func(), err error) {
	if folder, err = os.MkdirTemp("", "cluster"); err != nil {
		return "", nil, err
	}
	// The kernel kills the other programs at the same time, which may write until then.
	shell := exec.Command("sh", "-c", `cat; rm -rf "$1" || { sleep 1; rm -rf "$1"; }`, "sh", folder)
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt at the terminal does not reach it
	end, err := shell.StdinPipe()
	if err == nil {
		err = shell.Start()
	}
	if err != nil {
		return "", nil, err
	}
	if err := os.Setenv("TMPDIR", folder); err != nil {
		return "", nil, err
	}
	return folder, func() { _ = end.Close(); _ = shell.Wait() }, nil
}

// build returns the path of the program, which make test has built before.
func build(folder string) (string, error) {
	if built := os.Getenv("USAGEDATA_TEST_BUILT"); built != "" {
		return filepath.Join(built, "usagedata-collect"), nil
	}
	path := filepath.Join(folder, "usagedata-collect")
	command := exec.Command("go", "build", "-o", path, "../cmd/usagedata-collect")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
}
