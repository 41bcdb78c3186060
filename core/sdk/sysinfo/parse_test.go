package sysinfo

import (
	"os"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
)

// ANON-1: the reported kernel release holds nothing that a customer could have written.
func TestReleaseNumbers(t *testing.T) {
	for release, want := range map[string]string{
		"5.10.0-28-amd64": "5.10.0-28", "3.10.0-1160.el7.x86_64": "3.10.0-1160",
		"3.10.0-1160.118.1.el7.x86_64":  "3.10.0-1160.118.1",
		"4.18.0-553.16.1.el8_10.x86_64": "4.18.0-553.16.1", "5.15.0-91-generic": "5.15.0-91", "6.1.0": "6.1.0",
		"6.18.44-fc-v595":                   "6.18.44",
		"5.4.17-2136.330.7.1.el8uek.x86_64": "5.4.17", "2.6.32.71": "2.6.32", "6.18-rc1": "6.18",
		"6.1.0-klinikum-isarwinkel": "6.1.0", "6.1.0-10.33.7.21": "6.1.0", "6.1.0-10.33.7.21-x": "6.1.0",
		"6.1.0-vienna.example.com": "6.1.0",
		"6.1.0-20260301":           "6.1.0", "6.1.0klinikum": "6.1.0", "6.1.0+": "6.1.0",
		"klinikum-6.1.0": "", "": "", "6": "", "6.x": "", "10.2026.1": "", "192.168.7.21": "", "6.1234": "",
	} {
		if got := releaseNumbers(release); got != want {
			t.Errorf("%s: got %q, want %q", release, got, want)
		}
	}
}

func TestParseStat(t *testing.T) {
	for _, row := range []struct {
		text, name string
		state      byte
		ok         bool
	}{
		{"1 (init) S 0 1", "init", 'S', true},
		{"17 (a) Z (b) c) Z 1 17", "a) Z (b) c", 'Z', true},
		{"17 (x) R) S 1", "x) R", 'S', true},
		{"17 (line\nbreak) Z 1", "line\nbreak", 'Z', true},
		{"17 () Z 1", "", 'Z', true},
		{"17 (a Z 1", "", 0, false},
		{"x (a) Z 1", "", 0, false},
		{" (a) Z 1", "", 0, false},
		{"17 (a)", "", 0, false},
		{"17 (a) ", "", 0, false},
		{"17 (a) 9 1", "", 0, false},
		{"17 (a) Zombie 1", "", 0, false},
		{"17 a) Z 1", "", 0, false},
		{"", "", 0, false},
	} {
		if name, state, ok := parseStat([]byte(row.text)); name != row.name || state != row.state || ok != row.ok {
			t.Errorf("%q: got %q, %c, %v, want %q, %c, %v", row.text, name, state, ok, row.name, row.state, row.ok)
		}
	}
}

// A socket counts if it listens on all addresses.
func TestParseSockets(t *testing.T) {
	const head = "sl local_address rem_address st\n"
	for _, row := range []struct {
		line, state string
		want        bool
	}{
		{"0: 00000000:13C4 00000000:0000 0A", tcpListen, true},
		{"0: 00000000:13C4 00000000:0000 07", tcpListen, false},
		{"0: 00000000:13C4 00000000:0000 01", udpOpen, false},
		{"0: 00000000:13C4 0B02010A:0001 07", udpOpen, false},
		{"0: 00000000:13C4 00000000:0000 07", udpOpen, true},
		{"0: 00000000:0000 00000000:0000 0A", tcpListen, false},
	} {
		ports := map[uint16]bool{}
		err := parseSockets(t.Context(), strings.NewReader(head+row.line+"\n"), row.state, ports)
		if err != nil || ports[5060] != row.want || ports[0] {
			t.Errorf("%s in %s: got %v, %v, want %v", row.line, row.state, ports, err, row.want)
		}
	}
	for _, line := range []string{"0: 00000000:13C4 00000000:0000", "0: 00000000 00000000:0000 0A",
		"0: 00:13C4 00000000:0000 0A",
		"0: 00000000:13C41 00000000:0000 0A", "0: 00000000:13C4 x 0A", "0: 00000000:13C4 00000000:0000 0AB",
		strings.Repeat("x", 1<<17)} {
		if err := parseSockets(t.Context(), strings.NewReader(head+line+"\n"), tcpListen,
			map[uint16]bool{}); sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%.40q: got %v, want %q", line, err, sdk.Malformed)
		}
	}
}

func TestCoreOf(t *testing.T) {
	names := []string{"engine", "engine_driver", "NotificationMngr", "a.b", "17"}
	for file, want := range map[string]string{
		"core": other, "core.4711": other, "core.engine.4711": "engine",
		"core.engine.4711.vienna.example.com.1772370000": "engine",
		"core-engine-4711": "engine", "core_engine_4711": "engine", "core.4711.engine": "engine",
		"core.engine_driver.4711": "engine_driver",
		"core.NotificationMng.12": "NotificationMngr", "core.NotificationMngr.12": "NotificationMngr",
		"core.NotificationMngrX.12": other,
		"core.engine.0.8f3e0c1db5f34a7f9e3c4cbe1dd4e3f1.4711.1772370000000000.zst": "engine",
		"core.engineer.4711": other,
		"core.customer.4711": other, "core.a.b.1": "a.b", "core.1.gz": other, "core.17.12": other, "core..4711": other,
		"core.Engine.4711": other, "core.customer.engine.1": other,
		"core.txt": "", "core.engine": "engine", "core.engine.log": "",
		"corefile": "", "core1": "", "score.1": "", "": "",
		"core.": "", "Core.1": "",
	} {
		got, ok := coreNames{processes: names}.of(file)
		if got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v, want %q", file, got, ok, want)
		}
	}
}

// If a folder was replaced by a link after its name was read, the link is not followed.
func TestALinkInTheMeantime(t *testing.T) {
	root := t.TempDir()
	if err := os.Symlink("/", root+"/link"); err != nil {
		t.Fatal(err)
	}
	if err := (&coreScan{remaining: 1}).folder(t.Context(), root+"/link", maxDepth-1); err == nil {
		t.Error("got no error, want one")
	}
}
