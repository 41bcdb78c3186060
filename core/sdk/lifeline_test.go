package sdk

import (
	"bufio"
	_ "embed"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/test/privateca"
)

//go:embed source/postgres/testdata/profile.yaml
var someProfile []byte

// TestMain makes the test binary the plugin of these tests as well: if it is started as a host
// starts plugins, it serves until it is stopped.
func TestMain(m *testing.M) {
	if os.Getenv(wire.Handshake.MagicCookieKey) == "" {
		os.Exit(m.Run())
	}
	Main(someProfile, func(Env) ([]Category, error) { return nil, nil })
}

// started starts a plugin and completes the handshake. Only the plugin's standard input ties it to
// this process. The channel is closed when the plugin exits.
func started(t *testing.T, stdin *os.File, announced ...string) <-chan struct{} {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self)
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	command.Env = append(announced, wire.Handshake.MagicCookieKey+"="+wire.Handshake.MagicCookieValue,
		"PLUGIN_CLIENT_CERT="+string(ca.PEM()), "PLUGIN_UNIX_SOCKET_DIR="+t.TempDir(),
		"GORACE=atexit_sleep_ms=0") // makes the race detector exit at once
	command.Stdin = stdin
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	gone := make(chan struct{})
	go func() { _ = command.Wait(); close(gone) }()
	t.Cleanup(func() { _ = command.Process.Kill(); <-gone })
	if err != nil {
		t.Fatalf("got the handshake %q, %v", line, err)
	}
	return gone
}

func lives(gone <-chan struct{}, limit time.Duration) bool {
	select {
	case <-gone:
		return false
	case <-time.After(limit):
		return true
	}
}

// A plugin exits with its host, even if the kernel sends it no signal.
func TestAPluginEndsWithItsLifeline(t *testing.T) {
	theirs, ours, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from := time.Now()
	gone := started(t, theirs, wire.Lifeline+"="+wire.LifelineStdin)
	starting := time.Since(from)
	theirs.Close()
	if _, err := io.WriteString(ours, "no host writes, and this is no end"); err != nil ||
		!lives(gone, 300*time.Millisecond) {
		t.Errorf("it ended before its lifeline, %v", err)
	}
	ours.Close()
	// Starting takes more work than exiting. On a busy machine both take longer.
	if most := max(time.Second, 5*starting); lives(gone, most) {
		t.Errorf("it lives on for more than %v, having started in %v", most, starting)
	}
}

// An older host does not announce the lifeline, and standard input is at its end from the start.
func TestWithoutALifelineAPluginLives(t *testing.T) {
	for _, announced := range [][]string{nil, {wire.Lifeline + "=other"}} {
		if gone := started(t, nil, announced...); !lives(gone, 500*time.Millisecond) {
			t.Errorf("announced %v: it ended with its standard input", announced)
		}
	}
}
