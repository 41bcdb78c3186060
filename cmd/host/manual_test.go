package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

var day = time.Date(2026, time.March, 1, 14, 0, 0, 0, time.UTC)

func written(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := manualFiles(newCommand(streams{nil, io.Discard, io.Discard}), day)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Every command and flag is in the manual, with what it does and an example, and nothing that is no command any more.
func TestManualIsWhole(t *testing.T) {
	root, files := newCommand(streams{}), written(t)
	want := []string{"_usagedata", "usagedata.1", "usagedata.bash", "usagedata.fish"}
	for _, c := range shown(root) {
		name := "usagedata-" + c.Name() + ".1"
		want = append(want, name)
		if c.Long == "" || c.Example == "" || c.GroupID == "" {
			t.Errorf("%s: got no long description, no example or no heading, want all of them", c.Name())
		}
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && !bytes.Contains(files[name], []byte("\n.It Fl Fl "+f.Name)) {
				t.Errorf("%s: got no --%s, want it", name, f.Name)
			}
		})
		if !bytes.Contains(files["usagedata.1"], []byte(".It Xr usagedata-"+c.Name()+" 1\n")) {
			t.Errorf("usagedata.1: got no %s, want it", c.Name())
		}
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(maps.Keys(files))); diff != "" {
		t.Errorf("files, want - got +:\n%s", diff)
	}
	for name := range guides {
		if c, _, err := root.Find([]string{name}); err != nil || c == root {
			t.Errorf("got a guide to %s, want none: it is no command", name)
		}
	}
}

// The manual has the keys of the configuration: on an appliance it is all that there is to read.
func TestManualHasTheConfiguration(t *testing.T) {
	page := string(written(t)["usagedata.1"])
	for _, line := range []string{"  state: /var/lib/usagedata", "vendor_keys: []",
		"  certificate: /etc/usagedata/appliance.pem", "  level: info", "# default; the file system that the plugin reads"} {
		if !strings.Contains(page, "\n"+troffLiteral(line)+"\n") {
			t.Errorf("got no line %q, want it", line)
		}
	}
}

// Two readers of manual pages find no fault with them.
func TestManualReads(t *testing.T) {
	dir := t.TempDir()
	for name, text := range written(t) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, ".1") {
			continue
		}
		silent(t, "", "mandoc", "-T", "lint", "-W", "warning", path)
		silent(t, "MANWIDTH=80", "man", "--warnings=all", "-l", path)
	}
}

// silent wants a program to complain of nothing. What it shows is not looked at, but for mandoc, whose complaints it
// is.
func silent(t *testing.T, env, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var complaints bytes.Buffer
	c := exec.CommandContext(ctx, name, args...)
	c.Env, c.Stderr = append(os.Environ(), "MANPAGER=cat", env), &complaints
	if name == "mandoc" {
		c.Stdout = &complaints
	}
	if err := c.Run(); err != nil || complaints.Len() > 0 {
		t.Errorf("%s %s: got %v, %s; want no complaint", name, filepath.Base(args[len(args)-1]), err, complaints.Bytes())
	}
}

// A version's manual is the same whenever it is written, and without a date none is.
func TestManualIsReproducible(t *testing.T) {
	if diff := cmp.Diff(written(t), written(t)); diff != "" {
		t.Errorf("written twice, first - second +:\n%s", diff)
	}
	if page := written(t)["usagedata.1"]; !bytes.HasPrefix(page, []byte(".Dd March 1, 2026\n")) {
		t.Errorf("got %.20q, want the date that was given", page)
	}
	if _, err := sourceDate(""); err == nil {
		t.Error("got a date from nothing, want an error")
	}
}

// The table of exit codes for administrators has the codes of the manual.
func TestExitCodesInREADME(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, row := range regexp.MustCompile(`(?m)^\| (\d) \| `).FindAllStringSubmatch(string(text), -1) {
		got = append(got, row[1])
	}
	for _, c := range codes {
		want = append(want, strconv.Itoa(c.Code))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes, want - got +:\n%s", diff)
	}
}
