package main

import (
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
)

// The service reports READY=1 to systemd once, and WATCHDOG=1 from then on.
func TestSystemdGetsReadyAndWatchdog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	alive := systemdNotifier(hclog.NewNullLogger())
	for _, want := range []string{"READY=1", "WATCHDOG=1", "WATCHDOG=1"} {
		alive()
		if got := heard(t, systemd); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func heard(t *testing.T, systemd *net.UnixConn) string {
	t.Helper()
	if err := systemd.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 100)
	n, err := systemd.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(text[:n])
}

// Without a notify socket, nothing happens.
func TestNoNotifySocket(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	systemdNotifier(hclog.NewNullLogger())()
}
