package frontdoor

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadLine(t *testing.T) {
	for text, want := range map[string]Line{
		"1|1|unix|/tmp/ud1/s|grpc|MIIB": {6, 1, 1, "unix", "/tmp/ud1/s", "grpc", "MIIB"},
		"1|1|unix|/tmp/ud1/s|grpc":      {5, 1, 1, "unix", "/tmp/ud1/s", "grpc", ""},
		"1|x|tcp|127.0.0.1:1|netrpc|":   {6, 1, -1, "tcp", "127.0.0.1:1", "netrpc", ""},
		"hello":                         {Fields: 1, Core: -1, App: -1},
		"":                              {Fields: 1, Core: -1, App: -1},
		"-1|70000|a|b|c|d|e|f":          {8, -1, -1, "a", "b", "c", "d"},
	} {
		if diff := cmp.Diff(want, ReadLine([]byte(text))); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
	}
}

func TestWithin(t *testing.T) {
	for address, want := range map[string]bool{
		"/tmp/ud1/s": true, "/tmp/ud1/plugin/../s": true, "/tmp/ud1/plugin/s": false, "/tmp/ud1": false,
		"/tmp/ud1/../s": false, "/tmp/ud12/s": false, "s": false,
	} {
		if got := (Line{Network: "unix", Address: address}).Within("/tmp/ud1"); got != want {
			t.Errorf("%s: got %v want %v", address, got, want)
		}
		if (Line{Network: "tcp", Address: address}).Within("/tmp/ud1") {
			t.Errorf("%s by TCP is within a folder", address)
		}
	}
}

// An endless line counts as complete when the buffer is full; further bytes are counted, not kept.
func TestEndlessLineIsComplete(t *testing.T) {
	o := newOutput()
	for range 3 {
		if n, err := o.Write([]byte(strings.Repeat("x", maxFirst/2))); n != maxFirst/2 || err != nil {
			t.Fatalf("got %d, %v: the plugin would block", n, err)
		}
	}
	select {
	case <-o.line:
	default:
		t.Error("got no line, want one that is too long")
	}
	if kept, total := o.text(); len(kept) != maxFirst || total != maxFirst/2*3 {
		t.Errorf("got %d bytes kept of %d", len(kept), total)
	}
	short := newOutput()
	_, _ = short.Write([]byte("1|1\nmore"))
	if p := (&Plugin{out: short}); p.Printed() != 4 || string(short.firstLine()) != "1|1" {
		t.Errorf("got the line %q and %d bytes behind it", short.firstLine(), p.Printed())
	}
}

func FuzzReadLine(f *testing.F) {
	f.Add([]byte("1|1|unix|/tmp/ud1/s|grpc|MIIB"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if l := ReadLine(text); l.Fields < 1 || l.Core > 65535 || l.App > 65535 {
			t.Errorf("got %+v", l)
		}
	})
}
