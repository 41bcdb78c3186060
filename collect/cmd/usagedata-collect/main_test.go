package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/collect/config"
	"polycom.com/usagedata/core/commandline"
)

// ran runs a command line and returns its exit code and outputs.
func ran(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, streams{&stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

// tried returns a folder that try has prepared, and its configuration.
func tried(t *testing.T) (folder, path string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "try")
	if _, err := prepare(folder, "127.0.0.1:8443"); err != nil {
		t.Fatal(err)
	}
	return folder, filepath.Join(folder, "config.yaml")
}

// COLL-1: one command makes all that a receiver needs. Its configuration works, is kept the next time,
// and the authority's key is nowhere.
func TestTry(t *testing.T) {
	folder, path := tried(t)
	s, err := config.Load(path)
	if err != nil || s.Listen[0] != "127.0.0.1:8443" {
		t.Fatalf("got %+v, %v", s.Config, err)
	}
	before, err := os.ReadFile(filepath.Join(folder, "certificate.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := prepare(folder, "127.0.0.1:8443"); err != nil {
		t.Error(err)
	}
	if after, err := os.ReadFile(filepath.Join(folder, "certificate.pem")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("a second time: got another certificate, %v", err)
	}
	var out strings.Builder
	again, err := prepare(folder, "127.0.0.1:9443")
	if err != nil || again.show(&out) != nil || !strings.Contains(out.String(), "port: 8443\n") {
		t.Errorf("with another address: got %v and %q, want the port of the configuration", err, out.String())
	}
	for _, wrong := range []string{"0.0.0.0:8443", "127.0.0.1:99999"} {
		empty := t.TempDir()
		if _, err := prepare(empty, wrong); err == nil {
			t.Errorf("%s: want an error", wrong)
		}
		if left, err := os.ReadDir(empty); err != nil || len(left) != 0 {
			t.Errorf("%s: left %v, %v", wrong, left, err)
		}
	}
	if _, err := prepare("", "127.0.0.1:8443"); err == nil {
		t.Error("no name: want an error")
	}
}

// COLL-1: check names each part, and ends with 2 for a configuration and 4 for a store that does not
// work.
func TestCheck(t *testing.T) {
	_, path := tried(t)
	code, out, errs := ran(t, "--config", path, "check")
	if code != exitOK || errs != "" || strings.Count(out, "\n") != 5 || strings.Count(out, "ok  ") != 5 {
		t.Errorf("got %d, %q, %q want five parts that work", code, out, errs)
	}
	full := strings.Replace(readFile(t, path), "keep_free: 0", "keep_free: 1000000000000000", 1)
	if err := os.WriteFile(path, []byte(full), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs = ran(t, "--config", path, "check")
	if code != exitFailed || !strings.Contains(out, "FAIL  store ") ||
		!strings.Contains(errs, path+":5: store.folder: ") || !strings.Contains(errs, "full\nhint: ") {
		t.Errorf("got %d, %q, %q want a full store, with a hint", code, out, errs)
	}
	if err := os.WriteFile(path, []byte("listn: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := ran(t, "--config", path, "check"); code != exitUsage || out != "" ||
		!strings.Contains(errs, `:1: unknown key "listn"`) || !strings.Contains(errs, "\nhint: ") {
		t.Errorf("got %d, %q, %q want the wrong key", code, out, errs)
	}
}

// SEND-2: check marks a chain that appliances may not be able to follow.
func TestCheckOfChain(t *testing.T) {
	folder, path := tried(t)
	other, _ := tried(t)
	file := filepath.Join(folder, "certificate.pem")
	leaf := readFile(t, file)
	for authority, want := range map[string]string{
		folder: "ok  certificate", other: "number 2 in its file did not issue the one before it",
	} {
		chain := leaf + readFile(t, filepath.Join(authority, "authority.pem"))
		if err := os.WriteFile(file, []byte(chain), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, errs := ran(t, "--config", path, "check")
		warned := strings.Contains(out, "warn  certificate")
		if code != exitOK || !strings.Contains(out, want) || warned != (authority == other) {
			t.Errorf("got %d, %q, %q, want %q", code, out, errs, want)
		}
	}
	s, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(leaf+readFile(t, filepath.Join(folder, "authority.pem"))), 0o600); err != nil {
		t.Fatal(err)
	}
	got := certificateRow(s, time.Now().AddDate(1, 0, -10))
	if got.state != "warn" || !strings.Contains(got.says, "number 2 in its file is valid until") {
		t.Errorf("an authority that soon expires: got %+v", got)
	}
}

// Wrong usage ends with 2, a message in plain words and a hint.
func TestWrongUsage(t *testing.T) {
	for want, args := range map[string][]string{
		`"chek" is not a command`:                 {"chek"},
		"did you mean `usagedata-collect check`?": {"chek"},
		"unknown flag: --x":                       {"check", "--x"},
		`version takes no arguments, got "x"`:     {"version", "x"},
		"try takes one argument, FOLDER":          {"try"},
		"must be an address of this machine only": {"try", "/nonexistent", "--listen", ":8443"},
		"does not exist":                          {"--config", "/nonexistent", "check"},
		"this is not the id of a document":        {"show", "../x"},
	} {
		code, out, errs := ran(t, args...)
		if code != exitUsage || out != "" || !strings.Contains(errs, want) || !strings.Contains(errs, "hint: ") {
			t.Errorf("%q: got %d, %q, %q want %q with a hint", args, code, out, errs, want)
		}
	}
}

// Each command has a description and an example, and no line of help is wider than a terminal.
func TestHelp(t *testing.T) {
	for _, c := range commandline.Shown(newCommand(streams{})) {
		code, out, _ := ran(t, "help", c.Name())
		if code != exitOK || c.Short == "" || c.Long == "" || len(examples[c.Name()]) == 0 {
			t.Errorf("%s: got %d, want a description and an example", c.Name(), code)
		}
		for line := range strings.Lines(out) {
			if len(line) > commandline.Width+1 {
				t.Errorf("%s: got a line of %d characters: %s", c.Name(), len(line), line)
			}
		}
	}
}
