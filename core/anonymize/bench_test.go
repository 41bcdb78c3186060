package anonymize_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/growth"
)

// BenchmarkNames reads the appliance's own names and treats an hour's values, on an appliance with a
// hundred accounts and with a hundred times as many.
func BenchmarkNames(b *testing.B) {
	const few, times = 100, 100
	var values []usage.Observation
	for i := range 100 {
		values = append(values, seen("named", "text", fmt.Sprintf("endpoint %d at 192.0.2.%d has version 6.4.2", i, i)))
	}
	treat := func(root string) func() {
		return func() {
			names, err := anonymize.Appliance(root)
			if err != nil {
				b.Fatal(err)
			}
			anonymize.Treat(anonymize.EphemeralKey(), acme(), names, values)
		}
	}
	growth.Compare(b, times, treat(accounts(b, few)), treat(accounts(b, few*times)))
}

// accounts returns the root of an appliance with this many accounts.
func accounts(b *testing.B, n int) string {
	b.Helper()
	root := b.TempDir()
	var passwd strings.Builder
	for i := range n {
		fmt.Fprintf(&passwd, "kestrel%d:x:%d:%d:Hollow %d:/home/kestrel%d:/bin/sh\n", i, 1000+i, 1000+i, i, i)
	}
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{
		"hosts": "127.0.0.1 localhost\n", "hostname": "kestrel\n", "passwd": passwd.String(),
	} {
		if err := os.WriteFile(filepath.Join(root, "etc", name), []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return root
}
