package platformapi

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// BenchmarkPage decodes a page of a hundred devices of which one member is wanted.
func BenchmarkPage(b *testing.B) {
	item := `{"deviceModel":"Group 500","deviceName":"a name","aliases":[{"type":"E164","value":"4711"}],` +
		strings.Repeat(`"other":"a member that nobody asked for","flag":true,`, 12) + `"last":null}`
	body := fmt.Appendf(nil, `{"plcmPage":{"totalSize":100},"plcmDeviceList":[%s]}`,
		strings.TrimSuffix(strings.Repeat(item+",", 100), ","))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var page listPage[device]
		if err := decodePage(devices, bytes.NewReader(body), &page); err != nil {
			b.Fatal(err)
		}
	}
}
