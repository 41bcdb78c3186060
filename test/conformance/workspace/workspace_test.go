package workspace

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// holder is an environment variable with which the test program makes a folder, prints its name and
// that of a socket folder, and waits.
const holder = "TEST_HOLDS_FOLDER"

func TestMain(m *testing.M) {
	if os.Getenv(holder) != "" {
		dir, _, err := Make()
		folder, _, failed := SocketFolder(dir)
		fmt.Fprintf(os.Stdout, "%s\n%s\n%v %v\n", dir, folder, err, failed)
		_, _ = os.Stdin.Read(make([]byte, 1))
		return
	}
	os.Exit(m.Run())
}

// SEND-5: a run that is killed leaves its folders, and the next run removes them. Those of a run that
// lives, and folders that are not a run's, stay.
func TestTheNextRunRemovesTheFolders(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	foreign := filepath.Join(os.TempDir(), prefix+"notes")
	precious := filepath.Join(os.TempDir(), "udprecious")
	for _, folder := range []string{foreign, precious} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.Command(self)
	other.Env = append(os.Environ(), holder+"=yes")
	stdin, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var said []string
	for len(said) < 3 && lines.Scan() {
		said = append(said, lines.Text())
	}
	if len(said) < 3 || said[2] != "<nil> <nil>" {
		t.Fatalf("got %q", said)
	}
	left := func() (there []string) {
		for _, folder := range []string{said[0], said[1], foreign, precious} {
			if _, err := os.Stat(folder); err == nil {
				there = append(there, filepath.Base(folder))
			}
		}
		return there
	}
	open := func() {
		t.Helper()
		dir, closing, err := Make()
		if err != nil {
			t.Fatal(err)
		}
		folder, remove, err := SocketFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := remove(); err != nil {
			t.Error(err)
		}
		if err := closing(); err != nil {
			t.Error(err)
		}
		for _, gone := range []string{dir, folder} {
			if _, err := os.Stat(gone); err == nil {
				t.Errorf("%s is left", gone)
			}
		}
	}
	open()
	if got := left(); len(got) != 4 {
		t.Errorf("while the other run lives: got %q, want all four", got)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // it was killed
	open()
	if got := left(); len(got) != 2 || got[0] != filepath.Base(foreign) || got[1] != filepath.Base(precious) {
		t.Errorf("after it was killed: got %q, want what is no run's", got)
	}
}
