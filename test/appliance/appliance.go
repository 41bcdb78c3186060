// Package appliance runs the simulated parts of an appliance for the duration of a test, and
// returns the settings with which a plugin reads them.
package appliance

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// PlatformAPI starts a simulated RealPresence Platform API.
func PlatformAPI(t testing.TB, config platformapi.Config) *platformapi.Appliance {
	t.Helper()
	a, err := platformapi.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	end(t, a.Close)
	return a
}

// Agent starts a real SNMP agent.
func Agent(t testing.TB, config snmpd.Config) *snmpd.Daemon {
	t.Helper()
	d, err := snmpd.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	end(t, d.Close)
	return d
}

func end(t testing.TB, stop func() error) {
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// APISource returns the settings under sources.platform_api.
func APISource(t testing.TB, a *platformapi.Appliance) map[string]any {
	t.Helper()
	user, password := a.Credentials()
	return map[string]any{"url": a.URL(), "credentials": File(t, user+":"+password), "ca": File(t, string(a.CA.PEM()))}
}

// AgentSource returns the settings under sources.snmp.
func AgentSource(t testing.TB, d *snmpd.Daemon) map[string]any {
	t.Helper()
	source, err := d.Sources(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// File writes a file that only its owner can read, and returns its path.
func File(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// StopAfter returns the address of an agent that stops after some requests: it forwards these, with
// their answers, and drops the others.
func StopAfter(t testing.TB, d *snmpd.Daemon, requests int) string {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { socket.Close(); <-done })
	go func() {
		defer close(done)
		buffer := make([]byte, 65535)
		for {
			n, client, err := socket.ReadFrom(buffer)
			if err != nil {
				return // closed by the end of the test
			}
			if requests--; requests < 0 {
				continue
			}
			if answer, err := ask(d.Address(), buffer[:n]); err == nil {
				_, _ = socket.WriteTo(answer, client) // if the client is gone, it asks again
			}
		}
	}()
	return socket.LocalAddr().String()
}

func ask(address string, request []byte) ([]byte, error) {
	conn, err := net.DialTimeout("udp", address, time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	answer := make([]byte, 65535)
	n, err := conn.Read(answer)
	return answer[:n], err
}
