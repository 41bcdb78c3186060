package trial

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/test/shelf"
)

// programs are built once for all tests, as they are delivered.
var programs Programs

func TestMain(m *testing.M) { os.Exit(try(m)) }

func try(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ud-trial")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	programs = Programs{Host: filepath.Join(dir, "usagedata"), Plugin: filepath.Join(dir, "misbehave")}
	if err := errors.Join(build(programs.Host, "../../../cmd/host"),
		build(programs.Plugin, "../../plugins/misbehave")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func build(path, from string) error {
	command := exec.Command("go", "build", "-trimpath", "-tags", "grpcnotrace", "-o", path, from)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", from, err, out)
	}
	return nil
}

// find returns a plugin of the shelf, with more time than usual: the tests share the machine.
func find(t *testing.T, name string) shelf.Plugin {
	t.Helper()
	p, ok := shelf.Find(name)
	if !ok {
		t.Fatalf("%s is not on the shelf", name)
	}
	p.Limit += 20 * time.Second
	return p
}

// If a host keeps its promises, the trial confirms it. The table covers the rest of the shelf.
func TestPromisesKept(t *testing.T) {
	for _, name := range []string{shelf.Sound, "chatters", "exitsmidstream", "otherproduct", "replaced",
		"swapped", "stopped"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := programs.Try(t.Context(), t.TempDir(), find(t, name))
			if err != nil || len(r.Broken) > 0 {
				t.Errorf("got %v, broken %q\n%s", err, r.Broken, r.Output)
			}
			if r.Peak < 5<<20 || r.Took <= 0 {
				t.Errorf("got a peak of %d bytes in %v: was the host watched?", r.Peak, r.Took)
			}
		})
	}
}

// The trial checks the expectations of the shelf.
func TestPromisesBroken(t *testing.T) {
	for want, change := range map[string]func(*shelf.Plugin){
		"ended as whole, want refused":  func(p *shelf.Plugin) { p.Ends = shelf.Refused },
		"the host ended with 0, want 4": func(p *shelf.Plugin) { p.Ends = shelf.Refused },
		"the host does not say":         func(p *shelf.Plugin) { p.Says = "it was fine" },
		"limit 1ms":                     func(p *shelf.Plugin) { p.Limit = time.Millisecond },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			plugin := find(t, shelf.Sound)
			change(&plugin)
			r, err := programs.Try(t.Context(), t.TempDir(), plugin)
			if err != nil || !strings.Contains(strings.Join(r.Broken, "\n"), want) {
				t.Errorf("got %v, broken %q want %q among them", err, r.Broken, want)
			}
		})
	}
}

// badHost stands in for a host that keeps no promise: it leaves a process, a file next to the
// sockets and one among the products, shows a name, and delivers nothing.
const badHost = `#!/bin/bash
[ "$3" = send ] || exit 0
dir=$(dirname "$2")
run=$(sed -n 's/^  run: //p' "$2")
>"$run/left"
>"$dir/products/left"
echo "reading ` + shelf.Name + `"
(exec -a "$dir/products/sound/plugin" sleep 30) >/dev/null 2>&1 &
while [[ $(readlink /proc/$!/exe) == */bash ]]; do :; done # it has its name
`

func TestABadHostIsFound(t *testing.T) {
	host := filepath.Join(t.TempDir(), "host")
	if err := os.WriteFile(host, []byte(badHost), 0o755); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	r, err := Programs{Host: host, Plugin: programs.Plugin}.Try(t.Context(), dir, find(t, shelf.Sound))
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(r.Broken, "\n")
	for _, want := range []string{
		"the waiting document was not delivered", "ended as refused, want whole", "is shown", "left behind: process ",
		"left behind: 1 files in the run folder", "left behind: changed products/left",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("got %q want %q among them", r.Broken, want)
		}
	}
	if left := familyBelow(dir); len(left) > 0 {
		t.Errorf("the trial itself left %d processes", len(left))
	}
}
