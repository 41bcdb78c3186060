package document_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
)

// ANON-2, P16: a machine that is named after its serial number reports it in clear in a field for
// serial numbers, if the host itself reads the same one; in no other field, and not if only the
// plugin reports it.
func TestP16AMachineNamedAfterItsSerialNumber(t *testing.T) {
	for name, tt := range map[string]struct {
		firmware string
		clear    bool
	}{
		"the firmware's serial":   {"8K31774250D1EA\n", true},
		"another system's serial": {"8K31774250D1EB\n", false},
		"not readable here":       {"", false},
	} {
		root := t.TempDir()
		for path, text := range map[string]string{
			"etc/hostname": "8k31774250d1ea\n", "etc/hosts": "", "etc/passwd": "",
			"sys/class/dmi/id/product_serial": tt.firmware,
		} {
			path = filepath.Join(root, path)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755),
				os.WriteFile(path, []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		names, err := anonymize.Appliance(root)
		if err != nil {
			t.Fatal(err)
		}
		m := cycleOn(names, acme(), seen("license_information", "serial_number", "8K31774250D1EA"),
			seen("license_information", "license", []any{"8K31774250D1EA", "HD_VIDEO"}),
			seen("counts", "users", int64(3)))
		body, report, err := m.document().Encode(m.gate)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(body), `"serial_number": "8K31774250D1EA"`); got != tt.clear {
			t.Errorf("%s: got the serial number in clear %v, want %v", name, got, tt.clear)
		}
		if strings.Count(string(body), "8K31774250D1EA") > 1 || !strings.Contains(string(body), "HD_VIDEO") {
			t.Errorf("%s: got %+v, want the same text withheld from the licenses, and nothing else of them", name,
				report.Withheld)
		}
	}
}
