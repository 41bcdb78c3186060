package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

// P7: builds for military systems, and the name that some releases put before the number. P6: an
// address in a free text is no version.
func TestVersioned(t *testing.T) {
	for text, want := range map[string]string{
		"8.9.0.123.456": "8.9.0.123.456", "8.9.0.123.456\n": "8.9.0.123.456", "v8.9": "8.9",
		"8.8.1.3201 (build 7)": "8.8.1.3201",
		"Version: 8.8.1.3201":  "8.8.1.3201", "MCU version 8.8.1.3201, 64 bit": "8.8.1.3201",
		"version = \"8.8.1\"\r\n": "8.8.1",
		"VERSION=8.8.1-el7":       "8.8.1", "name = x\nversion = 8.9.0.123.456\nhost = 10.33.7.21": "8.9.0.123.456",
		"RMX release 8.7":     "8.7",
		"host = 10.33.7.21\n": "", "rmx-isar 10.33.7.21": "", "8": "", "": "", "subversion 1.2": "", "8.9.0.x": "",
		"version of 10.33.7.21": "",
		"7.5.0.J":               "7.5.0.J", "8.4.2J": "8.4.2J", "Version: 8.3.0.J (build 7)": "8.3.0.J",
		"RMX_8.7.4.338":      "8.7.4.338",
		"version RMX_8.4.2J": "8.4.2J",
		"8.4.2JC":            "", "8.4.2 J": "8.4.2", "8.4.2j": "", "8.4.2..J": "", "J8.4.2": "", "RMX_isar 8.4.2": "",
		"RMX2000 8.4.2": "",
		"2026.1.1":      "", "8.9.": "", "conversion 8.9": "", "8.9.0.123.456.7.8": "",
	} {
		got, err := versioned(text, nil)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
}

func FuzzVersioned(f *testing.F) {
	f.Add("MCU version 8.9.0.123.456 (build 7)")
	f.Add("RMX_8.4.2J")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := versioned(text, nil)
		if err == nil && (!strings.Contains(text, got) || strings.Trim(strings.TrimSuffix(got, "J"), "0123456789.") != "" ||
			!strings.Contains(got, ".")) {
			t.Errorf("%q: got %q", text, got)
		}
	})
}

// P7: a build for military systems, and one whose release puts a name before the number, pass the
// plugin and the host.
func TestVersionsThatLeave(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"7.5.0.J": "7.5.0.J", "Version: 8.4.2J": "8.4.2J", "RMX_8.7.4.338": "8.7.4.338", "version = 8.6.3.178": "8.6.3.178",
	} {
		root := good(t)
		if err := os.WriteFile(filepath.Join(root, "opt/mcu/mcms/version.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, f := range collect(t, sdktest.On{Root: root, Sources: map[string]any{"mcu": located()}}).Treated(t) {
			if f.Field == "mcu_version.version" && f.Leaves != want {
				t.Errorf("%q: got %v want %v", text, f.Leaves, want)
			}
		}
	}
}

func TestBuilt(t *testing.T) {
	day := sdk.Date{Year: 2018, Month: time.May, Day: 7}
	for text, want := range map[string]sdk.Date{
		"2018-05-07": day, "May  7 2018": day, "May 7, 2018": day, "7 May 2018": day, "2018-05-07T00:00:00Z": day,
		"May  7 2018 13:01:02": day, "2018-05-07T00:30:00+05:45": day,
		"05/07/2018": {}, "": {}, "yesterday": {}, "2018-13-07": {}, "7.5.2018": {},
	} {
		if got, err := built(text); got != want || (err == nil) == (want == sdk.Date{}) {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestTyped(t *testing.T) {
	for text, want := range map[string]string{
		"SOFT_MCU_EDGE": "soft_mcu_edge", "SOFT_MCU_EDGE\n": "soft_mcu_edge", "soft_mcu": "soft_mcu", "RMX2000": "other",
		"klinik_isar": "other",
		"":            "", "two words": "", "rmx.example": "", strings.Repeat("A", 33): "", "\x00": "",
	} {
		got, err := typed(text, nil)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
}
