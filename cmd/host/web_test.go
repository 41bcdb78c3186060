package main

import (
	"testing"

	"polycom.com/usagedata/core/usage"
)

// CONS-2: the page where the customer decides listens on loopback addresses only.
func TestLoopback(t *testing.T) {
	for listen, want := range map[string]string{
		"0": "127.0.0.1:0", "9000": "127.0.0.1:9000", "127.0.0.1:9000": "127.0.0.1:9000",
		"localhost:9000": "127.0.0.1:9000",
		"[::1]:9000":     "[::1]:9000",
		"127.0.0.7:0":    "127.0.0.7:0",
		"":               "", "0.0.0.0:9000": "", "[::]:9000": "", ":9000": "", "10.0.0.1:9000": "",
		"appliance.example:9000": "", "127.0.0.1": "", "127.0.0.1:http": "",
		"99999": "", "-1": "", "[fe80::1]:9000": "", "127.0.0.1.example:1": "", "[::ffff:10.0.0.1]:9000": "",
	} {
		got, err := loopback(listen)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v want %q", listen, got, err, want)
		}
		if err != nil && usage.HintOf(err) == "" {
			t.Errorf("%q: got no hint", listen)
		}
	}
}
