package planted

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// These bound the tests of one run: with a bug, which runs one test, and without. The go command
// has the same time again to build them.
const (
	limitPlanted = 2 * time.Minute
	limitWhole   = 10 * time.Minute
)

// Result is the outcome of planting a bug.
type Result struct {
	Verdict Verdict
	Took    time.Duration
	Failed  []string // all tests that failed, without subtests
	Output  string   // of the go command, unless the bug was caught; or the reason why it could not be planted
}

// Plant plants the bug and runs its test, or, if whole is true, all tests of the test's package.
func (b Bug) Plant(ctx context.Context, root string, whole bool) Result {
	folder, err := os.MkdirTemp("", "planted")
	if err != nil {
		return Result{Verdict: Obsolete, Output: err.Error()}
	}
	defer os.RemoveAll(folder)
	overlay, err := b.plant(root, folder)
	if err != nil {
		return Result{Verdict: Obsolete, Output: err.Error()}
	}
	began := time.Now()
	pattern, limit := exactPattern(b.Name()), limitPlanted
	if whole {
		pattern, limit = ".", limitWhole
	}
	output := b.test(ctx, root, pattern, limit, "-overlay="+overlay)
	o := read(output)
	r := Result{Verdict: o.verdictFor(b.Name()), Took: time.Since(began),
		Failed: slices.DeleteFunc(o.failed, isSubtest)}
	if r.Verdict != Caught {
		r.Output = plain(output)
	}
	return r
}

// Unsound runs the tests of some bugs of one package without a bug, and returns the names of those
// that do not pass.
func Unsound(ctx context.Context, root string, bugs []Bug) (failing []string) {
	o := read(bugs[0].test(ctx, root, anyPattern(bugs), limitWhole, ""))
	for _, b := range bugs {
		if o.verdictFor(b.Name()) != Missed && !slices.Contains(failing, b.Name()) {
			failing = append(failing, b.Name())
		}
	}
	return failing
}

// test runs tests with one more flag for every go command, including those that the tests start.
func (b Bug) test(ctx context.Context, root, pattern string, limit time.Duration, flag string) []byte {
	ctx, cancel := context.WithTimeout(ctx, 2*limit)
	defer cancel()
	module, folder := b.module(root)
	arguments := []string{"test", "-json", "-vet=off", "-timeout", limit.String(), "-run", pattern, "./" + folder}
	if usesRapid(filepath.Join(root, b.Package())) {
		arguments = append(arguments, "-rapid.nofailfile", "-rapid.shrinktime=0s")
	}
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = module
	command.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" "+flag))
	// Processes that a test left behind are killed with it: the bug may be that a process is not
	// stopped.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	command.WaitDelay = time.Second
	if err := command.Start(); err != nil {
		return []byte(err.Error())
	}
	_ = command.Wait() // the findings are in its output
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		output.WriteString(err.Error())
	}
	return output.Bytes()
}

// module returns the path of the module that holds the package whose test must fail, and the package's
// folder in it: the vendor's side is a module of its own.
func (b Bug) module(root string) (path, folder string) {
	at := b.Package()
	for at != "." {
		if _, err := os.Stat(filepath.Join(root, at, "go.mod")); err == nil {
			break
		}
		at = filepath.Dir(at)
	}
	return filepath.Join(root, at), strings.TrimPrefix(strings.TrimPrefix(b.Package(), at), "/")
}

// exactPattern returns the -run pattern for this test or subtest alone.
func exactPattern(test string) string {
	var parts []string
	for part := range strings.SplitSeq(test, "/") {
		parts = append(parts, "^"+regexp.QuoteMeta(part)+"$")
	}
	return strings.Join(parts, "/")
}

// anyPattern returns the -run pattern for the tests of all these bugs. A name after a slash is a
// subtest, which runs with its test.
func anyPattern(bugs []Bug) string {
	var names []string
	for _, b := range bugs {
		name, _, _ := strings.Cut(b.Name(), "/")
		names = append(names, exactPattern(name))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), "|")
}

func isSubtest(test string) bool { return strings.Contains(test, "/") }

// usesRapid reports whether tests in the folder use rapid, which would write the failing draw
// into the tree, and search half a minute for a smaller one.
func usesRapid(folder string) bool {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	return err == nil && slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		return err == nil && bytes.Contains(text, []byte(`"pgregory.net/rapid"`))
	})
}
