package observe

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The suite need not run as root. The same tests pass as a user who is nobody.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		return // these are the tests as an ordinary user
	}
	dir, err := os.MkdirTemp("", "observe")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	binary := filepath.Join(dir, "tests")
	if err := exec.Command("cp", "/proc/"+strconv.Itoa(os.Getpid())+"/exe", binary).Run(); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	command := exec.Command(binary, "-test.v", "-test.run", "^Test([^A]|At)")
	command.Dir, command.Env = dir, append(os.Environ(), "TMPDIR="+dir)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if err := errors.Join(os.Chmod(dir, 0o777), os.Chmod(binary, 0o755)); err != nil {
		t.Fatal(err)
	}
	said, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "--- PASS: TestFiles") {
		t.Errorf("%v\n%s", err, said)
	}
}
