package conformance

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A file that is no program of this machine is described in one line, before anything is run.
func TestNoProgramIsDescribed(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	// changed returns the program with another value at an offset of its header.
	changed := func(at int, value uint16) string {
		text := []byte(string(whole))
		binary.LittleEndian.PutUint16(text[at:], value)
		return string(text)
	}
	for name, tt := range map[string]struct{ text, want string }{
		"a program":         {string(whole), ""},
		"empty":             {"", "the file plugin is empty"},
		"text":              {"hello\n" + strings.Repeat("grün ", 200), "the file plugin is a text file"},
		"a script":          {"#!/usr/bin/python3\nprint()\n", `the file plugin is a script of "/usr/bin/python3"`},
		"no interpreter":    {"#!\n", `the file plugin is a script of ""`},
		"an archive":        {"PK\x03\x04\x00\x00", "the file plugin is an archive"},
		"bytes":             {"\x00\x01\x02\xff", "the file plugin is not a program"},
		"Windows":           {"MZ\x90\x00", "the file plugin is a program for Windows"},
		"a damaged program": {"\x7fELF\x02\x01\x01", "the file plugin is a damaged program"},
		"another machine": {changed(18, uint16(elf.EM_S390)),
			"the file plugin is a program for another machine, s390"},
		"an object file": {changed(16, uint16(elf.ET_REL)), "the file plugin is not a linked program"},
		"cut off":        {string(whole[:len(whole)/2]), "the file plugin is "},
	} {
		path := filepath.Join(t.TempDir(), "plugin")
		if err := os.WriteFile(path, []byte(tt.text), 0o755); err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := refuseNoProgram(path); err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") || strings.Contains(got, "\n") {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	if err := refuseNoProgram(t.TempDir()); err == nil || err.Error() != "the file plugin is a folder" {
		t.Errorf("a folder: got %v", err)
	}
	if machines[runtime.GOARCH] == 0 {
		t.Errorf("%s is no known machine", runtime.GOARCH)
	}
}
