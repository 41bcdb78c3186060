// Package test holds the tests of the scripts in this folder.
package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// toolchain replaces go test -fuzz; the fuzzer's name decides how it ends.
const toolchain = `#!/bin/sh
for name; do case $name in '^Fuzz'*) break;; esac; done
tried() { echo "fuzz: elapsed: 3s, execs: $1 (9/sec), new interesting: 0 (total: 1)"; }
fails() { echo "--- FAIL: FuzzX (3.00s)"; printf '    %s\n' "$@"; printf 'FAIL\nexit status 1\nFAIL\tm/room\t3.00s\n'; exit 1; }
input() { mkdir -p room/testdata/fuzz/$1; echo >room/testdata/fuzz/$1/0123; }
case $name in
'^FuzzPasses$') tried 30; echo PASS;;
'^FuzzExpires$') tried 31; fails "context deadline exceeded";;
'^FuzzExpiresAsItFails$') tried 32; input FuzzExpiresAsItFails; fails "context deadline exceeded";;
'^FuzzFails$') tried 33; input FuzzFails; fails "--- FAIL: FuzzFails (0.00s)";;
'^FuzzFailsAtOnce$') fails "--- FAIL: FuzzFailsAtOnce (0.00s)" "    got 1 want 2";;
'^FuzzFailsAndExpires$') tried 34; fails "got 1 want 2" "context deadline exceeded";;
'^FuzzTriesNothing$') tried 0; echo PASS;;
'^FuzzBroken$') echo "FAIL	m/room [build failed]"; exit 1;;
esac
`

// If one fuzzer fails, the others still run, and the failed one is named. Go's error at the end of
// -fuzztime is no failure, unless an input is written.
func TestAllFuzzersRun(t *testing.T) {
	module := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		path := filepath.Join(module, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("bin/go", toolchain, 0o755)
	room := "package room\n"
	for _, name := range []string{"FailsAtOnce", "Passes", "Broken", "Expires", "Fails", "ExpiresAsItFails",
		"FailsAndExpires", "TriesNothing"} {
		room += "\nfunc Fuzz" + name + "(f *testing.F) {}\n"
	}
	write("room/room_test.go", room, 0o644)
	write("room/testdata/fuzz/FuzzPasses/0123", "kept from earlier\n", 0o644)
	if output, err := exec.Command("git", "-C", module, "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	run := exec.Command("./fuzz.sh")
	run.Env = append(os.Environ(), "MODULE="+module, "PATH="+filepath.Join(module, "bin")+":"+os.Getenv("PATH"))
	output, err := run.Output()
	if err == nil {
		t.Error("got success, want a failure")
	}
	want := `FAIL  room                               FuzzFailsAtOnce                0 inputs, see build/fuzz/room-FuzzFailsAtOnce.txt
ok    room                               FuzzPasses                    30 inputs
FAIL  room                               FuzzBroken                     0 inputs, see build/fuzz/room-FuzzBroken.txt
ok    room                               FuzzExpires                   31 inputs
FAIL  room                               FuzzFails                     33 inputs, see build/fuzz/room-FuzzFails.txt room/testdata/fuzz/FuzzFails/0123
FAIL  room                               FuzzExpiresAsItFails          32 inputs, see build/fuzz/room-FuzzExpiresAsItFails.txt room/testdata/fuzz/FuzzExpiresAsItFails/0123
FAIL  room                               FuzzFailsAndExpires           34 inputs, see build/fuzz/room-FuzzFailsAndExpires.txt
FAIL  room                               FuzzTriesNothing               0 inputs, see build/fuzz/room-FuzzTriesNothing.txt
8 fuzzers ran, 6 failed
`
	if diff := cmp.Diff(want, string(output)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
