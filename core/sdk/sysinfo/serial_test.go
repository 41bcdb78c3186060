package sysinfo_test

import (
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// CAT-system: the serial number is reported, or the reason why there is none.
func TestSerialNumber(t *testing.T) {
	got, err := sysinfo.SerialNumber(on(t, "testdata/good"))
	if err != nil || got != "7XK2Q02" {
		t.Errorf("got %q, %v, want 7XK2Q02", got, err)
	}
	for _, root := range []string{"empty", "garbage", "missing"} {
		got, err := sysinfo.SerialNumber(on(t, "testdata/"+root))
		if sdk.Explain(err) != sdk.NotOnMachine || got != "" {
			t.Errorf("%s: got %q, %v, want %q", root, got, err, sdk.NotOnMachine)
		}
	}
	root := forAll(t)
	write(t, root, "sys/class/dmi/id/product_serial", "VMware-42 1c 9f\n")
	if err := os.Chmod(filepath.Join(root, "sys/class/dmi/id/product_serial"), 0); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func(t *testing.T) {
		if _, err := sysinfo.SerialNumber(on(t, root)); sdk.Explain(err) != sdk.NotPermitted {
			t.Errorf("got %v, want %q", err, sdk.NotPermitted)
		}
	})
}
