package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// An rpm unpacked with cpio by root goes into the current folder, while rpm itself lists absolute
// paths. The host is installed before the product's scripts run, in whichever order the two
// packages are named.
func TestRPM(t *testing.T) {
	o := ordered(t)
	if err := o.make(productParts{Folder: acme(t), Host: "1.1.0-2-gabc"}.contents); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.Out, "usagedata-plugin-acme-1.2.0-1.x86_64.rpm")
	payload, err := exec.Command("/bin/sh", "-c", `rpm2cpio "$0" | cpio --quiet -t`, path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var inside string
	for line := range strings.Lines(string(payload)) {
		name, ok := strings.CutPrefix(line, ".")
		if !ok || !strings.HasPrefix(name, "/") {
			t.Errorf("the payload holds %q", line)
		}
		inside += name
	}
	names, err := exec.Command("rpm", "-qpl", path).Output()
	if err != nil || string(names) != inside || !strings.Contains(inside,
		"\n/usr/lib/usagedata/products/acme/plugin\n") {
		t.Errorf("rpm lists %s, %v, and the payload holds %s", names, err, inside)
	}
	needs, err := exec.Command("rpm", "-qp", "--queryformat",
		"[%{REQUIREFLAGS:deptype} %{REQUIRENAME} %{REQUIREFLAGS:depflags} %{REQUIREVERSION}\n]", path).Output()
	for _, want := range []string{"manual usagedata >= 1.1.0+2.gabc\n",
		"pre,post,preun,postun usagedata >= 1.1.0+2.gabc\n"} {
		if err != nil || !strings.Contains(string(needs), want) {
			t.Errorf("got %s, %v want %q", needs, err, want)
		}
	}
}
