package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk/sdktest"
)

// P7: builds for military environments, and names before the number, are recognized. P6: an address
// in free text is not a version, nor is the number of something else.
func TestVersioned(t *testing.T) {
	for want, texts := range map[string][]string{
		"8.9.0.123.456": {"8.9.0.123.456", "8.9.0.123.456\n", "name = x\nversion = 8.9.0.123.456\nhost = 10.33.7.21",
			"\xef\xbb\xbf8.9.0.123.456", "MCU 8.9.0.123.456\x00\x00", "built by J\xfcrgen\nVersion 8.9.0.123.456"},
		"8.8.1.3201": {"8.8.1.3201 (build 7)", "Version: 8.8.1.3201", "MCU version 8.8.1.3201, 64 bit",
			"Linux 3.10.0-1160\rMCU 8.8.1.3201\r", "Polycom RealPresence Collaboration Server 8.8.1.3201",
			"Collaboration Server, Virtual Edition, 8.8.1.3201 on 10.33.7.21", "isar 8.8.1.3201 at 10.33.7.21",
			"build of 5.7.2018, 8.8.1.3201, OpenSSL 1.0.2", "isar 8.8.1.3201, again 8.8.1.3201"},
		"8.9":     {"v8.9", "V8.9", "MCU-8.9", "MCU_8.9", "conversion 8.9", "released 8.9"},
		"8.8.1":   {"isar\u00a08.8.1\u00a0", "version = \"8.8.1\"\r\n", "VERSION=8.8.1-el7"},
		"8.7":     {"RMX release 8.7"},
		"7.5.0.J": {"7.5.0.J", "RMX 7.5.0.J", "RMX 2000 7.5.0.J", "Polycom RMX_7.5.0.J", "isar 7.5.0.J"},
		"8.3.0.J": {"8.3.0.J", "Version: 8.3.0.J (build 7)", "RMX2000 8.3.0.J"},
		"8.4.2J": {"8.4.2J", "v8.4.2J", "version RMX_8.4.2J", "RMX_isar 8.4.2J", "rmx-isar-8.4.2J", "(8.4.2J)",
			"MCU VE 8.4.2J"},
		"8.4.3AA": {"8.4.3AA", "RMX 8.4.3AA"},
		"8.4.2":   {"8.4.2 J", "RMX2000 8.4.2"}, "8.7.4.338": {"RMX_8.7.4.338", "VE_8.7.4.338"},
		"9.0.1": {"isar 9.0.1"}, "10.2": {"MCU 10.2"},
		"8.8.8.8": {"Version 8.8.8.8"}, // stated to be the version, and within the profile's ranges
		"": {"host = 10.33.7.21\n", "rmx-isar 10.33.7.21", "10.33.7.21", "Version: 10.33.7.21", "MCU 192.168.1.20",
			"8", "",
			"nameserver 8.8.8.8", "subversion 1.2", "8.9.0.x", "7.0.x", "version of 10.33.7.21", "8.4.2ABC", "8.4.2j",
			"8.4.2..J", "J8.4.2", "2026.1.1", "5.7.2018", "Version 5.7.2018", "8.9.", "8.9.0.123.456.7.8",
			"isar 8.4.2, 8.4.3",
			"isar 8.4.2 8.4.3", "at 07:08:8.123", "/opt/mcu-8.4.2/bin", "8\x00.\x004\x00", "isar 1.0.2", "isar 2026.8"},
	} {
		for _, text := range texts {
			got, err := versioned(readable(text), nil)
			if got != want || (err == nil) != (want != "") {
				t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
			}
		}
	}
}

func FuzzVersioned(f *testing.F) {
	f.Add("MCU version 8.9.0.123.456 (build 7)")
	f.Add("RMX_8.4.2J")
	form := regexp.MustCompile(`^\d{1,2}(\.\d{1,6}){1,5}(\.?J|[A-Z]{2})?$`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := versioned(readable(text), nil)
		if err == nil && (!strings.Contains(text, got) || !form.MatchString(got)) {
			t.Errorf("%q: got %q", text, got)
		}
	})
}

// P7: a military build, and a number after a name, pass the plugin and the host. The number of a
// document passes neither.
func TestVersionsThatAreSent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"7.5.0.J": "7.5.0.J", "Version: 8.4.2J": "8.4.2J", "RMX_8.7.4.338": "8.7.4.338",
		"version = 8.6.3.178": "8.6.3.178",
		"RMX 2000 8.3.0.J":    "8.3.0.J", "3725-76302-001L3 RMX 8.4": "8.4",
		"3725-76302-001L3": nil, "DOC2702A": nil, "6867-08507-101": nil, "3725-78700-001E1": nil,
	} {
		root := good(t)
		if err := os.WriteFile(filepath.Join(root, "opt/mcu/mcms/version.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		treated := collect(t, sdktest.On{Root: root, Sources: map[string]any{"mcu": located()}}).Treated(t)
		at := slices.IndexFunc(treated, func(f sdktest.Treated) bool { return f.Field == "mcu_version.version" })
		if (at < 0) != (want == nil) || at >= 0 && treated[at].Leaves != want {
			t.Errorf("%q: got %v want %v", text, treated, want)
		}
	}
}
